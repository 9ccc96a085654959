import * as v from 'valibot';
import type { Attempt } from './attempt.js';
import { type Duration, milliseconds } from './duration.js';
import { asJson, providedFacts, validated } from './fact-values.js';
import { CREDENTIALS_LOST, type FailureRecord, StepFailure, toFailureRecord } from './failure.js';
import { FindingSchema } from './finding.js';
import { fractionOf } from './step-key.js';

/** Calls of `start`, at most: after that a retryable failure is a failure. */
const MAX_ATTEMPTS = 5;
/** Failed polls in a row, at most. */
const MAX_POLL_FAILURES = 10;
const FIRST_BACKOFF_MS = 2_000;
const LONGEST_BACKOFF_MS = 60_000;

const Ending = v.variant('status', [
  v.object({
    status: v.literal('done'),
    facts: v.unknown(),
    verdict: v.optional(
      v.object({
        allow: v.boolean(),
        reason: v.string(),
        by: v.exactOptional(v.string()),
        finding: v.exactOptional(FindingSchema),
      }),
    ),
  }),
  v.object({
    status: v.literal('waiting'),
    ticket: v.unknown(),
    after: v.custom<Duration>((value) => typeof value === 'object' && value !== null),
  }),
]);

/** Deterministic, so that two hosts that look at one journal agree; spread by the step's key, so that steps do not march in step. */
function backoffMs(attempt: Attempt, failures: number): number {
  const grown = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (failures - 1));
  return Math.round(
    grown * (0.5 + fractionOf(attempt.engagement.id, attempt.step.id, attempt.attempt, failures) / 2),
  );
}

function inMs(attempt: Attempt, ms: number): string {
  return new Date(attempt.engagement.now().getTime() + ms).toISOString();
}

async function settleWaiting(attempt: Attempt, given: unknown, after: Duration): Promise<void> {
  const { engagement, step } = attempt;
  const what = { code: 'TICKET_INVALID', name: `ticket of step '${step.id}'` };
  if (step.run.ticket === undefined)
    throw StepFailure.permanent('TICKET_INVALID', `step '${step.id}' waits but has no schema for its ticket`);
  await validated(step.run.ticket, given, what);
  const ticket = asJson(given, what);
  const state = engagement.state.step(step.id);
  const pollAt = inMs(attempt, milliseconds(after));
  const same = state.status.is === 'waiting' && JSON.stringify(state.ticket) === JSON.stringify(ticket);
  if (same && state.status.is === 'waiting' && state.status.failures === 0) {
    engagement.state.defer(step.id, Date.parse(pollAt));
    return;
  }
  await engagement.recorder(step.id).write({ kind: 'waiting', body: { ticket, pollAt } });
}

/** Writes what a call of `start`, `poll` or `recover` ended with. */
export async function settleEnding(attempt: Attempt, ending: unknown): Promise<void> {
  const { engagement, step } = attempt;
  const parsed = v.safeParse(Ending, ending);
  if (!parsed.success)
    throw StepFailure.permanent(
      'ENDING_INVALID',
      `step '${step.id}' must end with ctx.done(...) or ctx.waiting(...)`,
    );
  if (parsed.output.status === 'waiting') {
    await settleWaiting(attempt, parsed.output.ticket, parsed.output.after);
    return;
  }
  const facts = await providedFacts(step, parsed.output.facts);
  const { verdict } = parsed.output;
  await engagement
    .recorder(step.id)
    .write({ kind: 'succeeded', body: { facts, ...(verdict === undefined ? {} : { verdict }) } });
}

function givesUp(attempt: Attempt, failure: FailureRecord, from: 'start' | 'poll'): boolean {
  if (failure.kind === 'permanent') return true;
  const { status, attemptsBefore } = attempt.engagement.state.step(attempt.step.id);
  if (from === 'start') return attempt.attempt - attemptsBefore >= MAX_ATTEMPTS;
  return status.is === 'waiting' && status.failures + 1 >= MAX_POLL_FAILURES;
}

/** Writes that a call failed: to be tried again, or for good. Rejects with what is no failure of the step's. */
export async function settleFailure(
  attempt: Attempt,
  thrown: unknown,
  from: 'start' | 'poll',
): Promise<void> {
  const { engagement, step } = attempt;
  // The engine's own trouble, and a host that stops, settle nothing: the run stays open and resumes.
  engagement.throwIfBroken();
  engagement.signal.throwIfAborted();
  const failure = toFailureRecord(thrown);
  const recorder = engagement.recorder(step.id);
  if (givesUp(attempt, failure, from)) {
    if (failure.code === CREDENTIALS_LOST) throw thrown;
    await recorder.write({ kind: 'failed', body: { failure } });
    return;
  }
  const { status } = engagement.state.step(step.id);
  const failures = from === 'poll' && status.is === 'waiting' ? status.failures + 1 : attempt.attempt;
  const retryAt = inMs(attempt, backoffMs(attempt, Math.max(1, failures)));
  const again = failure.kind === 'restart' ? 'start' : from;
  await recorder.write({ kind: 'retrying', body: { failure, retryAt, from: again } });
}
