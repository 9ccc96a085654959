import { milliseconds } from './duration.js';
import type { PlannedStep } from './entry.js';
import { phaseRank, touchesSuspect } from './phase.js';
import type { AnyPipeline, UsedStep } from './pipeline.js';
import { type PipelineProblem, pipelineProblems } from './pipeline-problems.js';
import type { Step } from './step.js';

/** A step with all that it waits for. */
export interface PlanStep {
  readonly step: Step;
  /** Ids of steps that must have settled before this one starts. */
  readonly predecessors: readonly string[];
  /** Ids of guards whose yes it needs. */
  readonly guards: readonly string[];
}

/** A pipeline that holds together: what `nextActions` decides over. */
export interface Plan {
  readonly pipeline: string;
  /** In an order in which each step comes after its predecessors. */
  readonly steps: readonly PlanStep[];
  /** Facts that are there before any step: the finding's two, in a retry also those of the incident's own run. */
  readonly given: readonly string[];
  readonly protectWindowMs: number;
  readonly captureWindowMs: number;
  readonly deadlineMs: number;
}

export type Compiled =
  | { readonly ok: true; readonly plan: Plan }
  | { readonly ok: false; readonly problems: readonly PipelineProblem[] };

function byPhase(steps: readonly UsedStep[]): readonly UsedStep[] {
  return steps.toSorted((a, b) => phaseRank(a.step.phase) - phaseRank(b.step.phase));
}

function providers(steps: readonly UsedStep[]): ReadonlyMap<string, string> {
  return new Map(steps.flatMap(({ step }) => step.provides.map((fact) => [fact.name, step.id] as const)));
}

/** The order of volatility, and that report and cleanup come behind everything; examine waits for facts alone. */
function phasePredecessors(step: Step, earlier: readonly UsedStep[]): readonly string[] {
  if (step.phase === 'examine') return [];
  const rank = phaseRank(step.phase);
  return earlier.filter((other) => phaseRank(other.step.phase) < rank).map((other) => other.step.id);
}

/** Guards that this step must hear a yes from: all for contain, capture and seal; in protect those added before it. */
function guardsOf(step: Step, earlier: readonly UsedStep[]): readonly string[] {
  if (step.harmless || !touchesSuspect(step.phase)) return [];
  return earlier.filter((other) => other.step.guard !== undefined).map((other) => other.step.id);
}

function planStep(used: UsedStep, earlier: readonly UsedStep[], by: ReadonlyMap<string, string>): PlanStep {
  const { step } = used;
  const facts = [...step.needs, ...step.wants].flatMap((fact) => by.get(fact.name) ?? []);
  const guards = guardsOf(step, earlier);
  const all = new Set([...facts, ...used.after, ...guards, ...phasePredecessors(step, earlier)]);
  return { step, predecessors: [...all], guards };
}

/** Checks the whole pipeline and lays it out; all problems at once, as data. */
export function compile(pipeline: AnyPipeline): Compiled {
  const problems = pipelineProblems(pipeline.steps);
  if (problems.length > 0) return { ok: false, problems };
  const ordered = byPhase(pipeline.steps);
  const by = providers(ordered);
  const { protectWindow = { seconds: 30 }, captureWindow = { minutes: 60 } } = pipeline.options;
  const { deadline = { hours: 48 } } = pipeline.options;
  return {
    ok: true,
    plan: {
      pipeline: pipeline.name,
      steps: ordered.map((used, index) => planStep(used, ordered.slice(0, index), by)),
      given: ['finding', 'suspect'],
      protectWindowMs: milliseconds(protectWindow),
      captureWindowMs: milliseconds(captureWindow),
      deadlineMs: milliseconds(deadline),
    },
  };
}

/** A pipeline that does not hold together, with everything that is wrong. */
export class PipelineError extends Error {
  override readonly name = 'PipelineError';

  constructor(readonly problems: readonly PipelineProblem[]) {
    super(problems.map((problem) => problem.message).join('\n'));
  }
}

/** The plan, or a `PipelineError`. */
export function compileOrThrow(pipeline: AnyPipeline): Plan {
  const compiled = compile(pipeline);
  if (!compiled.ok) throw new PipelineError(compiled.problems);
  return compiled.plan;
}

/** The plan as `opened` keeps it. */
export function plannedSteps(plan: Plan): readonly PlannedStep[] {
  return plan.steps.map(({ step, predecessors }) => ({
    id: step.id,
    version: step.version,
    phase: step.phase,
    predecessors,
  }));
}
