import type { BaseContext, JsonValue, Observation, Step } from '@cordon/core';
import type {
  CompromisedWebServer,
  CompromisedWebServerOptions,
} from '../scenario/compromised-web-server.js';

/** Values for facts by name: what another step would have provided. */
export type GivenFacts = { readonly [name: string]: unknown };

export interface ConformanceOptions {
  /**
   * Steps that run before it and provide what it needs, in their order. They are not judged.
   * A function where a step has to be told of the simulated accounts.
   */
  readonly before?: readonly Step[] | ((scene: CompromisedWebServer) => readonly Step[]);
  /** Facts it needs or wants, without the steps that provide them; a function can put evidence in first. */
  readonly facts?: GivenFacts | ((ctx: BaseContext) => Promise<GivenFacts>);
  /** How the simulated server is. */
  readonly world?: CompromisedWebServerOptions;
  /** Does something to the simulated accounts before each run. */
  readonly prepare?: (scene: CompromisedWebServer) => void | Promise<void>;
  /**
   * First word of its id and of the facts it provides: `acme`. Default: any that is none of Cordon's own;
   * `cordon`: it is one of Cordon's own steps.
   */
  readonly vendor?: string;
  /** Texts that must never stand in a command to a host, beside the ones of the finding and the world's keys. */
  readonly secrets?: readonly string[];
  /** Breaches that are known and meant; the reason belongs beside it. */
  readonly except?: readonly string[];
}

/** What a run of `assertStepConforms` has seen of a step that conforms. */
export interface Conformance {
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
  /** IAM actions it called, by account: what its role needs at least. */
  readonly called: { readonly suspect: readonly string[]; readonly security: readonly string[] };
  /** What it provided and observed where nothing went wrong. */
  readonly facts: { readonly [name: string]: JsonValue };
  readonly observations: readonly Observation[];
  /** How many incidents were run. */
  readonly runs: number;
}
