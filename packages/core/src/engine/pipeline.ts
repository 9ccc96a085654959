import type { Duration } from './duration.js';
import type { finding, suspect } from './finding.js';
import type { After, Checked, GivenFacts, Have } from './pipeline-check.js';
import type { Step } from './step.js';

/** A step with the order that the pipeline adds to it. */
export interface UsedStep {
  readonly step: Step;
  /** Ids of steps that must have settled first, beside the ones that facts and phases ask for. */
  readonly after: readonly string[];
}

/** What a pipeline may set for all of its steps. */
export interface PipelineOptions {
  /**
   * How long containment waits for protect, from the opening on: what is late goes on beside it. Guards are waited for as
   * long as they take. Default 30 s.
   */
  readonly protectWindow?: Duration;
  /** Time for capture, from containment on; what is not done then ends as `SEALED`. Default 60 min. */
  readonly captureWindow?: Duration;
  /** Time for everything before the report. Default 48 h. */
  readonly deadline?: Duration;
}

/** A pipeline, whatever its type knows of its steps. */
export interface AnyPipeline {
  readonly name: string;
  readonly steps: readonly UsedStep[];
  readonly options: PipelineOptions;
}

interface Start extends GivenFacts<readonly [typeof finding, typeof suspect]> {
  readonly from: object;
}

/**
 * Steps put together; immutable. A step that does not fit is a compile error in one English sentence.
 *
 * @example
 * const pipeline = IncidentPipeline.create('web-server')
 *   .use(inspect())
 *   .use(diskSnapshots())
 *   .use(isolate());
 */
export class IncidentPipeline<H extends Have = Have> implements AnyPipeline {
  /** What the builder knows: for the type checker alone. */
  declare readonly have?: H;

  private constructor(
    readonly name: string,
    readonly steps: readonly UsedStep[],
    readonly options: PipelineOptions,
  ) {}

  /** An empty pipeline; steps may count on the facts `finding` and `suspect`. */
  static create(name: string, options: PipelineOptions = {}): IncidentPipeline<Start> {
    return new IncidentPipeline<Start>(name, [], options);
  }

  /** A pipeline of steps that were loaded at run time: only `compile` checks them. */
  static fromSteps(name: string, steps: readonly UsedStep[], options: PipelineOptions = {}): AnyPipeline {
    return new IncidentPipeline(name, steps, options);
  }

  /** Adds a step. `after` orders it behind steps whose facts it does not use. */
  use<const S extends Step>(
    step: Checked<S, H>,
    options: { readonly after?: readonly H['ids'][] } = {},
  ): IncidentPipeline<After<S, H>> {
    // Where Checked is a sentence nothing compiles, so here it is the step.
    const used: UsedStep = { step: step as unknown as Step, after: options.after ?? [] };
    return new IncidentPipeline<After<S, H>>(this.name, [...this.steps, used], this.options);
  }
}
