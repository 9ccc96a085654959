import type { PlanStep } from '../engine/compile.js';
import type { Engagement } from '../engine/engagement.js';
import { settlementOf } from '../engine/incident-state.js';
import { leastAtGate, pacedSeconds } from './pace.js';

function openPredecessors(engagement: Engagement, planned: PlanStep): readonly PlanStep[] {
  return planned.predecessors
    .filter((id) => settlementOf(engagement.state.step(id)) === undefined)
    .map((id) => engagement.planned(id));
}

/** Whether the step may well settle before `until`: somebody is at it, or about to be. */
function isMoving(engagement: Engagement, planned: PlanStep, until: number): boolean {
  const { status } = engagement.state.step(planned.step.id);
  switch (status.is) {
    case 'pending':
      return openPredecessors(engagement, planned).every((one) => isMoving(engagement, one, until));
    case 'waiting':
      return status.pollAt <= until;
    case 'retrying':
      return status.retryAt <= until;
    case 'recovering':
      return status.nextAt <= until;
    default:
      return true;
  }
}

/** Whether it is worth while to wait here for all that this step waits for. */
export function opensSoon(engagement: Engagement, step: string, until: number): boolean {
  const open = openPredecessors(engagement, engagement.planned(step));
  return open.every((one) => isMoving(engagement, one, until));
}

/** When the last of these looks at itself again, in milliseconds since the epoch: none settles before. */
function nextLookAt(engagement: Engagement, open: readonly PlanStep[]): number {
  const times = open.map(({ step }) => {
    const { status } = engagement.state.step(step.id);
    if (status.is === 'waiting') return status.pollAt;
    return status.is === 'retrying' ? status.retryAt : 0;
  });
  return Math.max(0, ...times);
}

/** Seconds until it is worth while to ask again whether the step may start. */
export function gateSeconds(engagement: Engagement, step: string, spacing: number): number {
  const planned = engagement.planned(step);
  const now = engagement.now().getTime();
  const leastSeconds = leastAtGate(planned.step.phase);
  const untilNews = (nextLookAt(engagement, openPredecessors(engagement, planned)) - now) / 1000;
  const pace = { elapsedMs: now - (engagement.state.openedAt ?? now), forGuard: false, spacing };
  return pacedSeconds({ ...pace, leastSeconds: Math.max(leastSeconds, untilNews) });
}
