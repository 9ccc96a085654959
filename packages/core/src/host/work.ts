import { act, type StepAction } from '../engine/act.js';
import type { Engagement } from '../engine/engagement.js';
import { settlementOf } from '../engine/incident-state.js';
import { type Action, nextActions } from '../engine/next-actions.js';
import { gateSeconds, opensSoon } from './gate.js';
import { longestWait, pacedSeconds } from './pace.js';

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
/** Between two looks at the same ticket. */
const LEAST_SECONDS = 10;

type OfStep = Exclude<Action, { do: 'finish' }>;

function actionOf(engagement: Engagement, step: string): OfStep | undefined {
  return nextActions(engagement.plan, engagement.state, engagement.now().getTime()).find(
    (action): action is OfStep => action.do !== 'finish' && action.step === step,
  );
}

function secondsUntil(engagement: Engagement, until: number): number {
  return Math.max(0, Math.ceil((until - engagement.now().getTime()) / 1000));
}

/** Nothing to be done: until when. */
function whileWaiting(engagement: Engagement, step: string, until: number | undefined): Stand {
  const pending = engagement.state.step(step).status.is === 'pending';
  if (pending) {
    const asked = Math.ceil(gateSeconds(engagement, step));
    const seconds = until === undefined ? asked : Math.min(asked, secondsUntil(engagement, until));
    return { status: 'gated', seconds };
  }
  const most = longestWait({ forGuard: engagement.planned(step).step.guard !== undefined });
  return { status: 'waiting', seconds: Math.min(most, secondsUntil(engagement, until ?? 0)) };
}

/** Where the step stands; `undefined` when there is something to be done for it. */
function standOf(engagement: Engagement, step: string): Stand | undefined {
  const { state } = engagement;
  if (state.outcome !== undefined) return { status: 'closed', seconds: 0 };
  if (settlementOf(state.step(step)) !== undefined) return { status: 'settled', seconds: 0 };
  const action = actionOf(engagement, step);
  if (action === undefined) return whileWaiting(engagement, step, undefined);
  return action.do === 'sleep' ? whileWaiting(engagement, step, action.until) : undefined;
}

/** Waits here for steps that are under way elsewhere, as long as that is no longer than a breath. */
async function waitAtGate(engagement: Engagement, step: string, until: number): Promise<void> {
  const { clock } = engagement.environment;
  while (standOf(engagement, step)?.status === 'gated' && opensSoon(engagement, step, until)) {
    const now = clock.now().getTime();
    if (now >= until) return;
    await clock.sleepUntil(new Date(Math.min(until, now + LOOK_EVERY_MS)), engagement.signal);
    await engagement.takeNews();
  }
}

/** The step's own estimate counts for a new ticket; an old one is looked at more and more rarely. */
function spaceLooks(engagement: Engagement, step: string, seen: unknown): void {
  const { status, ticket, firstIntentAt } = engagement.state.step(step);
  if (status.is !== 'waiting') return;
  const now = engagement.now().getTime();
  const isNew = JSON.stringify(ticket) !== JSON.stringify(seen);
  const seconds = pacedSeconds({
    elapsedMs: now - (firstIntentAt ?? now),
    leastSeconds: isNew ? 0 : LEAST_SECONDS,
    forGuard: engagement.planned(step).step.guard !== undefined,
  });
  engagement.state.defer(step, Math.max(status.pollAt, now + seconds * 1000));
}

/** What a worker is given for one step. Times are milliseconds since the epoch. */
export interface Invocation {
  readonly step: string;
  /** How long to wait at a gate that is about to open. */
  readonly patienceMs: number;
  /** When the process ends. */
  readonly until: Date | undefined;
}

/** Does what is due for the step, once, and tells where it stands then. */
export async function workOn(engagement: Engagement, invocation: Invocation): Promise<Stand> {
  const { step, patienceMs, until } = invocation;
  const patienceEnds = engagement.environment.clock.now().getTime() + patienceMs;
  await waitAtGate(engagement, step, patienceEnds);
  const before = standOf(engagement, step);
  if (before !== undefined) return before;
  const { ticket } = engagement.state.step(step);
  // `standOf` has told that the action is none of the others.
  await act(engagement, actionOf(engagement, step) as StepAction, until);
  spaceLooks(engagement, step, ticket);
  return standOf(engagement, step) ?? { status: 'waiting', seconds: 0 };
}
