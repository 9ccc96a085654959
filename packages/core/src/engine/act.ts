import {
  type Attempt,
  callBefore,
  callCancel,
  callDeadline,
  callPoll,
  callRecover,
  callStart,
} from './attempt.js';
import { withDeadline } from './deadline.js';
import type { Engagement } from './engagement.js';
import { asJson } from './fact-values.js';
import { toFailureRecord } from './failure.js';
import type { HostLimits } from './host-limits.js';
import { type Action, type ExpiryCode, recoverTrustedFrom } from './next-actions.js';
import { settleEnding, settleFailure } from './settle.js';

/** What a host may be told to do for one step. */
export type StepAction = Exclude<Action, { do: 'sleep' | 'finish' }>;

/** When `recover` is asked again, in seconds after the last time; then every 30 s until its null may be believed. */
const RECOVER_PAUSES_SECONDS = [2, 4, 8, 16];
const LAST_PAUSE_SECONDS = 30;

const EXPIRY_TEXT: Readonly<Record<ExpiryCode, string>> = {
  TIMED_OUT: 'the step took longer than its timeout',
  SEALED: 'the time for capture was over',
  DEADLINE: 'the time for the incident was over',
  ABORTED: 'a person stopped the run',
};

async function saveBefore(attempt: Attempt): Promise<void> {
  const { engagement, step } = attempt;
  if (step.run.before === undefined || engagement.saved(step.id) !== undefined) return;
  const saved = asJson(await callBefore(attempt), {
    code: 'SAVED_STATE_INVALID',
    name: `what '${step.id}' saves`,
  });
  await engagement.recorder(step.id).write({ kind: 'before', body: { saved } });
}

async function start(previous: Attempt): Promise<void> {
  const { engagement, step, deadline } = previous;
  const attempt = { ...previous, attempt: previous.attempt + 1 };
  const recorder = engagement.recorder(step.id);
  recorder.attempt = attempt.attempt;
  try {
    await saveBefore(attempt);
    const leaseUntil = deadline.toISOString();
    await recorder.write({ kind: 'intent', body: { leaseUntil, generation: attempt.generation } });
    await settleEnding(attempt, await callStart(attempt));
  } catch (error) {
    await settleFailure(attempt, error, 'start');
  }
}

async function poll(attempt: Attempt): Promise<void> {
  try {
    await settleEnding(attempt, await callPoll(attempt));
  } catch (error) {
    await settleFailure(attempt, error, 'poll');
  }
}

/** @param latest - milliseconds since the epoch: from then on an answer counts, so that nobody waits past it */
async function askAgain(attempt: Attempt, latest = Number.POSITIVE_INFINITY): Promise<void> {
  const { engagement, step } = attempt;
  const { status } = engagement.state.step(step.id);
  const asked = status.is === 'recovering' ? status.asked : 0;
  const now = engagement.now().getTime();
  const pause = (RECOVER_PAUSES_SECONDS[asked] ?? LAST_PAUSE_SECONDS) * 1000;
  const nextAt = Math.max(now, Math.min(now + pause, latest));
  await engagement
    .recorder(step.id)
    .write({ kind: 'recovering', body: { asked: asked + 1, nextAt: new Date(nextAt).toISOString() } });
}

async function recover(attempt: Attempt): Promise<void> {
  const { engagement, step } = attempt;
  const askedAt = engagement.now().getTime();
  const trusted = recoverTrustedFrom(engagement.planned(step.id), engagement.state.step(step.id));
  let ending: unknown;
  try {
    ending = await callRecover(attempt);
    if (ending !== null) await settleEnding(attempt, ending);
  } catch (error) {
    const failure = toFailureRecord(error);
    if (failure.kind === 'permanent') return settleFailure(attempt, error, 'start');
    engagement.throwIfBroken();
    engagement.signal.throwIfAborted();
    engagement.recorder(step.id).notice('RECOVER_FAILED', `${failure.code}: ${failure.message}`);
    // It said nothing: after the moment from which null is believed, too, it is asked in its time and not at once.
    return askAgain(attempt);
  }
  if (ending !== null) return;
  if (askedAt >= trusted) await start(attempt);
  else await askAgain(attempt, trusted);
}

async function expire(attempt: Attempt, code: ExpiryCode): Promise<void> {
  const { engagement, step } = attempt;
  const recorder = engagement.recorder(step.id);
  if (step.run.cancel !== undefined && engagement.state.step(step.id).ticket !== undefined) {
    await recorder.write({ kind: 'cancelled', body: { reason: code } });
    try {
      await callCancel(attempt);
    } catch (error) {
      engagement.throwIfBroken();
      const failure = toFailureRecord(error);
      recorder.notice('CANCEL_FAILED', `${failure.code}: ${failure.message}`);
    }
  }
  await recorder.write({
    kind: 'failed',
    body: { failure: { kind: 'permanent', code, message: EXPIRY_TEXT[code] } },
  });
}

function perform(attempt: Attempt, action: StepAction): Promise<void> {
  switch (action.do) {
    case 'start':
      return start(attempt);
    case 'poll':
      return poll(attempt);
    case 'recover':
      return recover(attempt);
    case 'expire':
      return expire(attempt, action.code);
    case 'skip':
      return attempt.engagement
        .recorder(attempt.step.id)
        .write({ kind: 'skipped', body: { reason: action.reason } });
  }
}

/**
 * Does one action and writes what came of it. Rejects only with the engine's own trouble (the journal cannot be
 * written, the host stops): then nothing is settled and the run can be resumed.
 *
 * @param limits - of the process that acts; a call that takes longer than it lives was cut short, and is recovered
 */
export async function act(
  engagement: Engagement,
  action: StepAction,
  limits: HostLimits = {},
): Promise<void> {
  const { step } = engagement.planned(action.step);
  const { attempt, generation } = engagement.state.step(step.id);
  engagement.recorder(step.id).attempt = attempt;
  const deadline = callDeadline(engagement, step, limits);
  const { clock } = engagement.environment;
  const what = `${action.do} of step '${step.id}'`;
  await withDeadline({ clock, deadline, stop: engagement.signal, what }, (signal) =>
    perform({ engagement, step, attempt, generation, deadline, limits, signal }, action),
  );
}
