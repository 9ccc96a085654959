import { type AnyPipeline, compileOrThrow, type Duration, milliseconds, type Plan } from '@cordon/core';
import type { Branch, GoesOn, ParallelState, State, StateMachine } from './asl.js';
import { type Drawing, draw, type Lane } from './drawing.js';
import { HISTORY_EVENTS, historyBudget, spacingFor } from './history-budget.js';
import { type Calling, closingStates, statesOf } from './step-states.js';

export interface StateMachineOptions {
  /**
   * Name or ARN of the Lambda function behind `stepHandler`; a placeholder such as `${StepFunction}` where the deployment
   * substitutes it. Name a version or an alias: a step that changes under a run is refused.
   */
  readonly functionName: string;
  /** The function's own timeout; default 15 minutes, the most there is. */
  readonly functionTimeout?: Duration;
}

/** The pipeline would write more history than an execution may have. */
export class HistoryTooLong extends Error {
  override readonly name = 'HistoryTooLong';

  constructor(readonly events: number) {
    super(`a day of this pipeline may write ${events} events, and an execution ends at ${HISTORY_EVENTS}`);
  }
}

const CLOSE = 'close the incident';
/** Between the function's end and the state's: Lambda's own answer comes first. */
const GRACE_SECONDS = 30;
/** For what is lost between states, beyond the times of the steps. */
const SLACK_SECONDS = 3600;

/** All branches answer with the same id. */
const ONE_INCIDENT = { 'incident.$': '$[0].incident' };

function parallel(calling: Calling, lanes: readonly Lane[], goesOn: GoesOn): ParallelState {
  const Branches = lanes.map((lane) => branch(calling, lane));
  return { Type: 'Parallel', Branches, ResultSelector: ONE_INCIDENT, ...goesOn };
}

/** One lane, and all that is drawn behind it, up to its end. */
function laneStates(calling: Calling, lane: Lane, end: GoesOn): Readonly<Record<string, State>> {
  const { id } = lane.planned.step;
  const [only, ...others] = lane.behind;
  if (only === undefined) return statesOf(calling, lane, end);
  if (others.length === 0) {
    const own = statesOf(calling, lane, { Next: only.planned.step.id });
    return { ...own, ...laneStates(calling, only, end) };
  }
  const behind = `behind ${id}`;
  return {
    ...statesOf(calling, lane, { Next: behind }),
    [behind]: parallel(calling, lane.behind, end),
  };
}

function branch(calling: Calling, lane: Lane): Branch {
  return { StartAt: lane.planned.step.id, States: laneStates(calling, lane, { End: true }) };
}

/** Where a part of the drawing begins. */
function entryOf(lanes: readonly Lane[], nth: number): string {
  const [only, ...others] = lanes;
  return only !== undefined && others.length === 0 ? only.planned.step.id : `part ${nth + 1}`;
}

function partStates(calling: Calling, drawing: Drawing, nth: number): Readonly<Record<string, State>> {
  const lanes = drawing[nth] ?? [];
  const following = drawing[nth + 1];
  const goesOn = { Next: following === undefined ? CLOSE : entryOf(following, nth + 1) };
  const [only, ...others] = lanes;
  if (only !== undefined && others.length === 0) return laneStates(calling, only, goesOn);
  return { [entryOf(lanes, nth)]: parallel(calling, lanes, goesOn) };
}

/** The incident's deadline, and what the report and the cleanup may take after it. */
function longestSeconds(plan: Plan): number {
  const late = plan.steps.filter(({ step }) => step.phase === 'report' || step.phase === 'cleanup');
  const lateMs = late.reduce((sum, { step }) => sum + milliseconds(step.timeout), 0);
  return Math.ceil((plan.deadlineMs + lateMs) / 1000) + SLACK_SECONDS;
}

/**
 * The pipeline as a Standard workflow. Every step is a state of its own name, so that the console shows live where an
 * incident stands; its input is `{ "incident": "<id>" }`, of an incident that `beginIncident` (or `triggerHandler`) has
 * begun. The drawing is a hint: the journal decides what is done, and two executions on one incident do no harm. Only
 * ids, seconds and hashes travel; the output's `head` is the hash of the closing entry.
 *
 * @returns Amazon States Language (JSONPath): `JSON.stringify` it
 * @throws PipelineError when the pipeline does not hold together
 * @throws HistoryTooLong when a day of it may write more than the 25,000 events of an execution
 */
export function toStateMachine(pipeline: AnyPipeline, options: StateMachineOptions): StateMachine {
  const plan = compileOrThrow(pipeline);
  const spacing = spacingFor(plan);
  if (spacing === undefined) throw new HistoryTooLong(historyBudget(plan, { within: { hours: 24 } }));
  const { functionName, functionTimeout = { minutes: 15 } } = options;
  const taskTimeoutSeconds = Math.ceil(milliseconds(functionTimeout) / 1000) + GRACE_SECONDS;
  const hurries = plan.steps.find(({ step }) => step.phase === 'contain')?.step.id;
  const calling = { functionName, taskTimeoutSeconds, spacing, hurries };
  const drawing = draw(plan);
  const [first] = drawing;
  const parts = drawing.map((_, nth) => partStates(calling, drawing, nth));
  return {
    Comment: `Cordon's pipeline '${plan.pipeline}': ${plan.steps.length} steps`,
    StartAt: first === undefined ? CLOSE : entryOf(first, 0),
    TimeoutSeconds: longestSeconds(plan),
    States: { ...Object.assign({}, ...parts), ...closingStates(calling, CLOSE) },
  };
}
