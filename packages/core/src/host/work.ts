import { act, type StepAction } from '../engine/act.js';
import type { Engagement } from '../engine/engagement.js';
import type { HostLimits } from '../engine/host-limits.js';
import { settlementOf } from '../engine/incident-state.js';
import type { JsonValue } from '../engine/json.js';
import { type Action, nextActions } from '../engine/next-actions.js';
import { gateSeconds, opensSoon } from './gate.js';
import { leastForNewTicket, leastForOldTicket, longestWait, pacedSeconds } from './pace.js';

/** Where a step stands after a worker has looked at it. */
export type WorkStatus =
  /** It succeeded, failed or was skipped. */
  | 'settled'
  /** What it started, or a pause after a failure, takes time. */
  | 'waiting'
  /** A step before it has not settled. */
  | 'gated'
  /** The incident is closed. */
  | 'closed';

/** Where a step stands, and when to come back. */
export interface Stand {
  readonly status: WorkStatus;
  readonly seconds: number;
}

const LOOK_EVERY_MS = 500;
/** A step's own worker is given so long to end it. */
const OVERDUE_MS = 120_000;

type OfStep = Exclude<Action, { do: 'finish' }>;

function actionOf(engagement: Engagement, step: string): OfStep | undefined {
  return nextActions(engagement.plan, engagement.state, engagement.now().getTime()).find(
    (action): action is OfStep => action.do !== 'finish' && action.step === step,
  );
}

function secondsUntil(engagement: Engagement, until: number): number {
  return Math.max(0, Math.ceil((until - engagement.now().getTime()) / 1000));
}

/** What a worker is given for one step. */
export interface Invocation {
  readonly step: string;
  /** How long to wait at a gate that is about to open, in milliseconds. */
  readonly patienceMs: number;
  readonly limits: HostLimits;
  readonly spacing: number;
}

/** Nothing to be done: until when, in milliseconds since the epoch. */
function whileWaiting(engagement: Engagement, invocation: Invocation, until: number | undefined): Stand {
  const { step, spacing } = invocation;
  if (engagement.state.step(step).status.is === 'pending') {
    const asked = Math.ceil(gateSeconds(engagement, step, spacing));
    const seconds = until === undefined ? asked : Math.min(asked, secondsUntil(engagement, until));
    return { status: 'gated', seconds };
  }
  const most = longestWait({ forGuard: engagement.planned(step).step.guard !== undefined });
  return { status: 'waiting', seconds: Math.min(most, secondsUntil(engagement, until ?? 0)) };
}

/** Where the step stands; `undefined` when there is something to be done for it. */
function standOf(engagement: Engagement, invocation: Invocation): Stand | undefined {
  const { state } = engagement;
  if (state.outcome !== undefined) return { status: 'closed', seconds: 0 };
  if (settlementOf(state.step(invocation.step)) !== undefined) return { status: 'settled', seconds: 0 };
  const action = actionOf(engagement, invocation.step);
  if (action === undefined) return whileWaiting(engagement, invocation, undefined);
  return action.do === 'sleep' ? whileWaiting(engagement, invocation, action.until) : undefined;
}

/** Waits here for steps that are under way elsewhere, as long as that is no longer than a breath. */
async function waitAtGate(engagement: Engagement, invocation: Invocation): Promise<void> {
  const { clock } = engagement.environment;
  const until = clock.now().getTime() + invocation.patienceMs;
  const mayOpen = () =>
    standOf(engagement, invocation)?.status === 'gated' && opensSoon(engagement, invocation.step, until);
  while (mayOpen()) {
    const now = clock.now().getTime();
    if (now >= until) return;
    await clock.sleepUntil(new Date(Math.min(until, now + LOOK_EVERY_MS)), engagement.signal);
    await engagement.takeNews();
  }
}

/**
 * The step's own estimate counts for a new ticket, and for the first one alone; an old one is looked at more and more
 * rarely.
 */
function spaceLooks(
  engagement: Engagement,
  { step, spacing }: Invocation,
  seen: JsonValue | undefined,
): void {
  const { status, ticket, firstIntentAt } = engagement.state.step(step);
  if (status.is !== 'waiting' || seen === undefined) return;
  const now = engagement.now().getTime();
  const { guard, phase } = engagement.planned(step).step;
  const isNew = JSON.stringify(ticket) !== JSON.stringify(seen);
  const seconds = pacedSeconds({
    elapsedMs: now - (firstIntentAt ?? now),
    leastSeconds: isNew ? leastForNewTicket(phase) : leastForOldTicket(phase),
    forGuard: guard !== undefined,
    spacing,
  });
  engagement.state.defer(step, Math.max(status.pollAt, now + seconds * 1000));
}

/**
 * Ends what was due to end a while ago among the steps that this one waits for: whoever was to do it is gone, and the
 * report must be reached.
 */
async function endWhatIsOverdue(engagement: Engagement, { step }: Invocation): Promise<void> {
  const { predecessors } = engagement.planned(step);
  const due = nextActions(engagement.plan, engagement.state, engagement.now().getTime() - OVERDUE_MS);
  for (const action of due)
    if ((action.do === 'expire' || action.do === 'skip') && predecessors.includes(action.step))
      await act(engagement, action);
}

/** Does what is due for the step, once, and tells where it stands then. */
export async function workOn(engagement: Engagement, invocation: Invocation): Promise<Stand> {
  await waitAtGate(engagement, invocation);
  if (standOf(engagement, invocation)?.status === 'gated') await endWhatIsOverdue(engagement, invocation);
  const before = standOf(engagement, invocation);
  if (before !== undefined) return before;
  const { step, limits } = invocation;
  const { ticket } = engagement.state.step(step);
  // `standOf` has told that the action is none of the others.
  await act(engagement, actionOf(engagement, step) as StepAction, limits);
  spaceLooks(engagement, invocation, ticket);
  return standOf(engagement, invocation) ?? { status: 'waiting', seconds: 0 };
}
