import { EventEmitter } from 'eventemitter3';
import { compileOrThrow } from '../engine/compile.js';
import type { StepSummary } from '../engine/context.js';
import type { Outcome } from '../engine/entry.js';
import type { IncidentEvents } from '../engine/events.js';
import { IncidentState, settlementOf } from '../engine/incident-state.js';
import { stepSummaries } from '../engine/incident-view.js';
import type { AnyPipeline } from '../engine/pipeline.js';
import { retryPlan } from '../engine/retry-plan.js';
import { suspectKey } from '../findings/incident-id.js';
import { visitJournal } from '../journal/journal.js';
import { closeIncident } from './close.js';
import { firstRun } from './decide-run.js';
import { drive } from './drive.js';
import {
  assertOrdered,
  type ClosedIncident,
  findingOf,
  type LaterRunOptions,
  LaterRunRefused,
  laterRun,
  withClosedIncident,
} from './later-run.js';
import { openIncident } from './open.js';
import { answerTo, leaveOrder } from './orders.js';

export interface RetryOptions extends LaterRunOptions {
  /** Id of the step that failed or was skipped. */
  readonly step: string;
}

export type RetryResult =
  | {
      readonly status: 'ran';
      readonly incidentId: string;
      /** Closed incident: of the steps that ran again; open one: of the whole run. */
      readonly outcome: Outcome;
      readonly steps: readonly StepSummary[];
    }
  /** A living host drives the incident: the order lies in its journal. */
  | {
      readonly status: 'ordered';
      readonly incidentId: string;
      readonly outcome?: undefined;
      /** Steps that the host has taken up again; undefined while it has not answered. */
      readonly reopened: readonly string[] | undefined;
    };

/** A host looks twice a minute. */
const ANSWER_WITHIN_SECONDS = 90;
const LOOK_EVERY_SECONDS = 5;

function assertRetryable({ plan, state }: ClosedIncident, step: string): void {
  if (!plan.steps.some((planned) => planned.step.id === step))
    throw new LaterRunRefused('NO_SUCH_STEP', `the pipeline has no step '${step}'`);
  const settlement = settlementOf(state.step(step));
  if (settlement?.as === 'succeeded')
    throw new LaterRunRefused('NOT_FAILED', `step '${step}' has succeeded: there is nothing to try again`);
  if (settlement?.as === 'skipped' && settlement.reason.because === 'refused')
    throw new LaterRunRefused(
      'REFUSED_BY_GUARD',
      `${settlement.reason.guards.join(', ')} said no: a retry is no way around a guard`,
    );
}

function retryClosed(pipeline: AnyPipeline, options: RetryOptions): Promise<RetryResult> {
  return withClosedIncident(pipeline, options, async (incident) => {
    assertRetryable(incident, options.step);
    const { approver, reason, incidentId } = options;
    const order = { kind: 'retry', approver, reason, force: false } as const;
    const plan = retryPlan(incident.plan, incident.state, options.step);
    // What contains the suspect has to hold it, like a run: one that failed has given the lease back.
    if (plan.steps.some(({ step }) => step.phase === 'contain'))
      await options.journal.lease(suspectKey(incident.finding.suspect), firstRun(incidentId));
    const { engagement, outcome } = await laterRun(incident, plan, { ...options, order });
    return { status: 'ran', incidentId, outcome, steps: stepSummaries(engagement) };
  });
}

/** Leaves the order in the journal of an open incident. */
async function leftOrder(options: RetryOptions): Promise<string> {
  const { step, approver, reason, environment, incidentId } = options;
  const journal = await visitJournal(options.journal, incidentId, environment.clock);
  try {
    return await leaveOrder(journal, { step, approver, reason });
  } finally {
    await journal.close();
  }
}

/** What the host that drives the incident made of the order, or undefined when it says nothing. */
async function reopenedFor(options: RetryOptions, order: string): Promise<readonly string[] | undefined> {
  const { clock } = options.environment;
  const { signal = new AbortController().signal } = options;
  const journal = await visitJournal(options.journal, options.incidentId, clock);
  try {
    for (let waited = 0; waited <= ANSWER_WITHIN_SECONDS; waited += LOOK_EVERY_SECONDS) {
      const answer = answerTo(journal.entries, order);
      if (answer?.refused !== undefined)
        throw new LaterRunRefused(answer.refused.code, `step '${options.step}': ${answer.refused.message}`);
      if (answer !== undefined) return answer.steps;
      await clock.sleepUntil(new Date(clock.now().getTime() + LOOK_EVERY_SECONDS * 1000), signal);
      await journal.refresh();
    }
    return undefined;
  } finally {
    await journal.close();
  }
}

/** Goes on with the incident where nobody drives it, with the step taken up again; else has its host do so. */
async function retryOpen(pipeline: AnyPipeline, options: RetryOptions): Promise<RetryResult> {
  const plan = compileOrThrow(pipeline);
  const { incidentId } = options;
  const visited = await visitJournal(options.journal, incidentId, options.environment.clock);
  const finding = findingOf(visited.entries, incidentId);
  await visited.close();
  const order = await leftOrder(options);
  const events = new EventEmitter<IncidentEvents>();
  options.listen?.(events);
  const { signal = new AbortController().signal } = options;
  const opened = await openIncident({ plan, finding, events, signal, options });
  if (opened.status === 'joined')
    return { status: 'ordered', incidentId, reopened: await reopenedFor(options, order) };
  const { engagement } = opened;
  try {
    const outcome = engagement.state.outcome ?? (await drive(engagement, options.anchors));
    await closeIncident(engagement, outcome, options);
    await reopenedFor(options, order);
    return { status: 'ran', incidentId, outcome, steps: stepSummaries(engagement) };
  } finally {
    await engagement.journal.close();
  }
}

async function isOpen(options: RetryOptions): Promise<boolean> {
  const journal = await visitJournal(options.journal, options.incidentId, options.environment.clock);
  try {
    findingOf(journal.entries, options.incidentId);
    return IncidentState.of(journal.entries).outcome === undefined;
  } finally {
    await journal.close();
  }
}

/**
 * Tries one failed or skipped step again, with everything that was skipped because of it.
 *
 * Of a closed incident: in ledgers and evidence paths of their own (`retry-1/...`), and the report is written anew. Of
 * an open one: the step stands at its beginning again, under a new key; the host that drives the incident does it, or
 * this call when nobody does.
 *
 * @throws LaterRunRefused when the step is not there, has not ended, has succeeded, was refused by a guard, or when it
 *   is too late for it
 */
export async function retryStep(pipeline: AnyPipeline, options: RetryOptions): Promise<RetryResult> {
  assertOrdered(options);
  return (await isOpen(options)) ? retryOpen(pipeline, options) : retryClosed(pipeline, options);
}
