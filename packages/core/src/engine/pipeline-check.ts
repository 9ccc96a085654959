import type { Fact, FactList, Facts } from './fact.js';
import type { Phase } from './phase.js';
import type { Step } from './step.js';

/** What a builder knows about the steps it has. */
export interface Have {
  /** Facts that some step provides, and the two that the finding gives. */
  readonly facts: object;
  /** Union of the ids. */
  readonly ids: string;
  /** Names of facts that steps want and nobody provides yet. */
  readonly wanted: string;
  /** Fact name to the phase of its provider. */
  readonly from: object;
}

type Text<K> = K & string;
type Names<List extends FactList> = List[number]['name'];

type LaterThan = {
  protect: 'contain' | LaterThan['contain'];
  contain: 'capture' | LaterThan['capture'];
  capture: 'seal' | LaterThan['seal'];
  seal: 'examine' | LaterThan['examine'];
  examine: 'report' | LaterThan['report'];
  report: 'cleanup';
  cleanup: never;
};

type Missing<Needs extends FactList, H extends Have> = Exclude<Names<Needs>, keyof H['facts']>;
type Clash<Wanted, Had> = {
  [K in keyof Wanted & keyof Had]: [Had[K]] extends [Wanted[K]] ? never : K;
}[keyof Wanted & keyof Had];
type FromLater<P extends Phase, Used, From> = {
  [K in Used & keyof From]: From[K] extends LaterThan[P] ? K : never;
}[Used & keyof From];
/** Facts that a step of this phase may only want: it has to run whatever else failed. */
type OnlyWanted<P extends Phase, Needs extends FactList, H extends Have> = P extends
  | 'protect'
  | 'contain'
  | 'report'
  ? Names<Needs> & keyof H['from']
  : never;

/**
 * `S` when the step fits behind the steps that are there; else a sentence that says why not. `use` takes
 * `Checked<S, H>`, so the sentence is what the compiler prints.
 */
export type Checked<S, H extends Have> =
  S extends Step<infer Id, infer P, infer Needs, infer Wants, infer Provides>
    ? Id extends H['ids']
      ? `step '${Id}' is in the pipeline already: give it another id`
      : [Missing<Needs, H>] extends [never]
        ? CheckedFacts<S, H, Id, P, Needs, Wants, Provides>
        : `step '${Id}' needs '${Text<Missing<Needs, H>>}': add a step that provides it before this one`
    : never;

type CheckedFacts<
  S,
  H extends Have,
  Id extends string,
  P extends Phase,
  Needs extends FactList,
  Wants extends FactList,
  Provides extends FactList,
> = [Clash<Facts<Needs> & Facts<Wants>, H['facts']>] extends [never]
  ? [Names<Provides> & keyof H['facts']] extends [never]
    ? [Names<Provides> & H['wanted']] extends [never]
      ? CheckedOrder<S, H, Id, P, Needs, Wants>
      : `step '${Id}' provides '${Text<Names<Provides> & H['wanted']>}', which an earlier step wants: add it before that step`
    : `step '${Id}' provides '${Text<Names<Provides> & keyof H['facts']>}', which an earlier step already provides`
  : `step '${Id}' needs another type of '${Text<Clash<Facts<Needs> & Facts<Wants>, H['facts']>>}' than the pipeline has`;

type CheckedOrder<
  S,
  H extends Have,
  Id extends string,
  P extends Phase,
  Needs extends FactList,
  Wants extends FactList,
> = [FromLater<P, Names<Needs> | Names<Wants>, H['from']>] extends [never]
  ? [OnlyWanted<P, Needs, H>] extends [never]
    ? S
    : `step '${Id}' of phase '${P}' must run whatever failed before, so it may only want '${Text<OnlyWanted<P, Needs, H>>}': move it from needs to wants`
  : `step '${Id}' of phase '${P}' cannot wait for '${Text<FromLater<P, Names<Needs> | Names<Wants>, H['from']>>}', which comes from a later phase`;

/** What the builder knows after `S`. Intersections, not flattened: flattening costs more than it saves. */
export interface After<S extends Step, H extends Have> {
  readonly facts: H['facts'] & Facts<S['provides']>;
  /** Ids that are not literals are left to `compile`: one `string` would clash with every other id. */
  readonly ids: H['ids'] | (string extends S['id'] ? never : S['id']);
  readonly wanted: H['wanted'] | Exclude<Names<S['wants']>, keyof H['facts']>;
  readonly from: H['from'] & { readonly [K in Names<S['provides']>]: S['phase'] };
}

/** The facts that the finding itself gives. */
export type GivenFacts<Given extends readonly Fact[]> = {
  readonly facts: Facts<Given>;
  readonly ids: never;
  readonly wanted: never;
  readonly from: unknown;
};
