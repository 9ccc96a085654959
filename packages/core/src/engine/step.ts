import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { BaseContext, CanFinish, CanWait, ContextOf, Done, Waiting } from './context.js';
import { type Duration, milliseconds } from './duration.js';
import type { StepEstimate } from './estimate.js';
import type { FactList, Facts, WantedFacts } from './fact.js';
import type { Phase, SuspectPhase } from './phase.js';

/** The IAM actions that a step calls, per account; an undeclared call fails. */
export interface StepActions {
  readonly suspect?: readonly string[];
  readonly security?: readonly string[];
}

type Show<T> = { [K in keyof T]: T[K] } & {};
type In<Needs extends FactList, Wants extends FactList> = Show<Facts<Needs> & WantedFacts<Wants>>;

interface Declaration<
  Id extends string,
  P extends Phase,
  Needs extends FactList,
  Wants extends FactList,
  Provides extends FactList,
  Saved,
> {
  /** Dotted, kebab case: `memory.lime`. Third parties put their name first. */
  readonly id: Id;
  /** One sentence in the present: what it does. Shown by `plan`. */
  readonly title: string;
  /** Raised when the ticket, a fact or the saved state changes shape. Default 1. */
  readonly version?: number;
  readonly phase: P;
  /** Facts without which it is skipped. */
  readonly needs?: Needs;
  /** Facts it uses when they are there. */
  readonly wants?: Wants;
  readonly provides: Provides;
  /** From the first intent to settled. Defaults: protect 30 s, contain 5 min, capture 60 min, seal 15 min, examine 24 h, else 30 min. */
  readonly timeout?: Duration;
  readonly actions?: StepActions;
  /** A protect step that changes nothing on the suspect: runs also where a guard refuses. Default false. */
  readonly harmless?: boolean;
  /** How long AWS may take to show what `start` made. Default 2 min. */
  readonly visibleWithin?: Duration;
  /** What one call may last. Default 60 s, and two fifths of `timeout` at most. */
  readonly callTimeout?: Duration;
  /** What the step does to the suspect, for the plan; default: nothing. */
  readonly effect?: StepEffect;
  /** What it will take, for the plan: pure. Facts that are not known beforehand are undefined. */
  estimate?(facts: Partial<In<Needs, Wants>>): readonly StepEstimate[];
  /** Shape of what `before` saves. Together with `before`. */
  readonly saves?: StandardSchemaV1<unknown, Saved>;
  /** Runs once, before the first `start`, and is journalled: the state to go back to. Read-only. */
  before?(ctx: ContextOf<P>, facts: In<Needs, Wants>): Promise<Saved>;
  /** What `release` runs. Returns what could not be restored. */
  undo?(ctx: UndoContext, before: Saved): Promise<readonly string[]>;
}

/** What a guard that could not answer counts as. */
export type GuardDefault = 'allow' | 'refuse';

export interface StepEffect {
  /** One sentence: what the suspect's owner will notice. */
  readonly summary: string;
  readonly reversible: 'yes' | 'partly' | 'no';
  /** What a person would type when Cordon itself fails. */
  readonly manual?: readonly string[];
}

/** Release runs in its own ledger, against the suspect. */
export type UndoContext = BaseContext & ContextOf<SuspectPhase>;

interface WithBefore<Saved> {
  /** What `before` saved; on every attempt. Only for steps that have `before`. */
  readonly before: Saved;
}

export interface OneShotStep<
  Id extends string,
  P extends Phase,
  Needs extends FactList,
  Wants extends FactList,
  Provides extends FactList,
  Saved,
> extends Declaration<Id, P, Needs, Wants, Provides, Saved> {
  start(
    ctx: ContextOf<P> & CanFinish<Provides> & WithBefore<Saved>,
    facts: In<Needs, Wants>,
  ): Promise<Done<Facts<Provides>>>;
  /** After a crash between effect and record: what `start` made, or null. Read-only. Without it, `start` twice must be harmless. */
  recover?(
    ctx: ContextOf<P> & CanFinish<Provides> & WithBefore<Saved>,
    facts: In<Needs, Wants>,
  ): Promise<Done<Facts<Provides>> | null>;
}

export interface PolledStep<
  Id extends string,
  P extends Phase,
  Needs extends FactList,
  Wants extends FactList,
  Provides extends FactList,
  Ticket,
  Saved,
> extends Declaration<Id, P, Needs, Wants, Provides, Saved> {
  /** JSON; validated when it is read back. */
  readonly ticket: StandardSchemaV1<unknown, Ticket>;
  start(
    ctx: ContextOf<P> & CanFinish<Provides> & CanWait<Ticket> & WithBefore<Saved>,
    facts: In<Needs, Wants>,
  ): Promise<Waiting<Ticket> | Done<Facts<Provides>>>;
  /** May act, but must be safe twice with the same ticket. */
  poll(
    ctx: ContextOf<P> & CanFinish<Provides> & CanWait<Ticket> & WithBefore<Saved>,
    ticket: Ticket,
    facts: In<Needs, Wants>,
  ): Promise<Waiting<Ticket> | Done<Facts<Provides>>>;
  recover?(
    ctx: ContextOf<P> & CanFinish<Provides> & CanWait<Ticket> & WithBefore<Saved>,
    facts: In<Needs, Wants>,
  ): Promise<Waiting<Ticket> | Done<Facts<Provides>> | null>;
  /** At timeout, seal and abort; once. */
  cancel?(ctx: ContextOf<P>, ticket: Ticket, facts: In<Needs, Wants>): Promise<void>;
}

/** A step as pipelines and hosts see it. */
export interface Step<
  Id extends string = string,
  P extends Phase = Phase,
  Needs extends FactList = FactList,
  Wants extends FactList = FactList,
  Provides extends FactList = FactList,
> {
  readonly id: Id;
  readonly title: string;
  readonly version: number;
  readonly phase: P;
  readonly needs: Needs;
  readonly wants: Wants;
  readonly provides: Provides;
  readonly timeout: Duration;
  readonly callTimeout: Duration;
  readonly visibleWithin: Duration;
  readonly actions: StepActions;
  readonly harmless: boolean;
  /** Set on guards: what it counts as when the guard itself fails. */
  readonly guard: GuardDefault | undefined;
  readonly effect: StepEffect | undefined;
  readonly run: StepFunctions;
}

/** The step's code, without its types: the engine has checked what goes in and checks what comes out. */
export interface StepFunctions {
  readonly ticket?: StandardSchemaV1;
  readonly saves?: StandardSchemaV1;
  readonly start: (ctx: unknown, facts: unknown) => Promise<unknown>;
  readonly poll?: (ctx: unknown, ticket: unknown, facts: unknown) => Promise<unknown>;
  readonly recover?: (ctx: unknown, facts: unknown) => Promise<unknown>;
  readonly cancel?: (ctx: unknown, ticket: unknown, facts: unknown) => Promise<void>;
  readonly before?: (ctx: unknown, facts: unknown) => Promise<unknown>;
  readonly undo?: (ctx: unknown, before: unknown) => Promise<readonly string[]>;
  readonly estimate?: (facts: unknown) => readonly StepEstimate[];
}

const DEFAULT_TIMEOUT: Readonly<Record<Phase, Duration>> = {
  protect: { seconds: 30 },
  contain: { minutes: 5 },
  capture: { minutes: 60 },
  seal: { minutes: 15 },
  examine: { hours: 24 },
  report: { minutes: 30 },
  cleanup: { minutes: 30 },
};

type Loose = Declaration<string, Phase, FactList, FactList, FactList, never> & {
  readonly ticket?: StandardSchemaV1;
};

const LONGEST_CALL_SECONDS = 60;
/** A process that has died in a call is waited for until the call's time is over: a second one must fit in after it. */
const SHARE_OF_CALL = 0.4;

function defaultCallTimeout(timeout: Duration): Duration {
  const seconds = (milliseconds(timeout) / 1000) * SHARE_OF_CALL;
  return { seconds: Math.min(LONGEST_CALL_SECONDS, seconds) };
}

/** Fills in the defaults. For `define...` only. */
export function toStep<Made>(declaration: object, guard: GuardDefault | undefined): Made {
  // The typed declaration was checked where it was written; from here on it is data and functions.
  const spec = declaration as Loose;
  const functions = declaration as unknown as StepFunctions;
  const timeout = spec.timeout ?? DEFAULT_TIMEOUT[spec.phase] ?? { minutes: 30 }; // `compile` names a phase that is none.
  const step: Step = {
    id: spec.id,
    title: spec.title,
    version: spec.version ?? 1,
    phase: spec.phase,
    needs: spec.needs ?? [],
    wants: spec.wants ?? [],
    provides: spec.provides,
    timeout,
    callTimeout: spec.callTimeout ?? defaultCallTimeout(timeout),
    visibleWithin: spec.visibleWithin ?? { minutes: 2 },
    actions: spec.actions ?? {},
    harmless: guard !== undefined || spec.harmless === true,
    guard,
    effect: spec.effect,
    run: functions,
  };
  return step as unknown as Made;
}

/**
 * A step that does its work in one call.
 *
 * @example
 * const hello = defineStep({
 *   id: 'acme.hello',
 *   title: 'Says who the suspect is',
 *   phase: 'examine',
 *   needs: [suspect],
 *   provides: [greeting],
 *   async start(ctx, { suspect }) {
 *     return ctx.done({ 'acme.greeting': `This is ${suspect.instanceId}` });
 *   },
 * });
 */
export function defineStep<
  const Id extends string,
  const P extends Phase,
  const Provides extends FactList,
  const Needs extends FactList = readonly [],
  const Wants extends FactList = readonly [],
  Saved = never,
>(step: OneShotStep<Id, P, Needs, Wants, Provides, Saved>): Step<Id, P, Needs, Wants, Provides> {
  return toStep(step, undefined);
}

/** A step that starts something and looks at it until it is ready: most of EC2 forensics. */
export function definePolledStep<
  const Id extends string,
  const P extends Phase,
  const Provides extends FactList,
  Ticket,
  const Needs extends FactList = readonly [],
  const Wants extends FactList = readonly [],
  Saved = never,
>(step: PolledStep<Id, P, Needs, Wants, Provides, Ticket, Saved>): Step<Id, P, Needs, Wants, Provides> {
  return toStep(step, undefined);
}
