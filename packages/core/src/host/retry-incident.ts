import type { StepSummary } from '../engine/context.js';
import type { Outcome } from '../engine/entry.js';
import { settlementOf } from '../engine/incident-state.js';
import { stepSummaries } from '../engine/incident-view.js';
import type { AnyPipeline } from '../engine/pipeline.js';
import { retryPlan } from '../engine/retry-plan.js';
import {
  type ClosedIncident,
  type LaterRunOptions,
  LaterRunRefused,
  laterRun,
  withClosedIncident,
} from './later-run.js';

export interface RetryOptions extends LaterRunOptions {
  /** Id of the step that failed or was skipped. */
  readonly step: string;
}

export interface RetryResult {
  readonly incidentId: string;
  /** Of the steps that ran again. */
  readonly outcome: Outcome;
  readonly steps: readonly StepSummary[];
}

function assertRetryable({ plan, state }: ClosedIncident, step: string): void {
  if (!plan.steps.some((planned) => planned.step.id === step))
    throw new LaterRunRefused('NO_SUCH_STEP', `the pipeline has no step '${step}'`);
  if (settlementOf(state.step(step))?.as === 'succeeded')
    throw new LaterRunRefused('NOT_FAILED', `step '${step}' has succeeded: there is nothing to try again`);
}

/**
 * Tries one failed or skipped step again, with everything that was skipped because of it, and writes the report
 * anew; in ledgers and evidence paths of its own (`retry-1/...`), since what is settled stays settled.
 *
 * @throws LaterRunRefused when the incident is open, or the step is not there or has succeeded
 */
export function retryStep(pipeline: AnyPipeline, options: RetryOptions): Promise<RetryResult> {
  return withClosedIncident(pipeline, options, async (incident) => {
    assertRetryable(incident, options.step);
    const { approver, reason, incidentId } = options;
    const order = { kind: 'retry', approver, reason, force: false } as const;
    const plan = retryPlan(incident.plan, incident.state, options.step);
    const { engagement, outcome } = await laterRun(incident, plan, { ...options, order });
    return { incidentId, outcome, steps: stepSummaries(engagement) };
  });
}
