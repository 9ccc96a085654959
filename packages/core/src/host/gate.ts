import type { PlanStep } from '../engine/compile.js';
import type { Engagement } from '../engine/engagement.js';
import { settlementOf } from '../engine/incident-state.js';
import { pacedSeconds } from './pace.js';

/** Containment is what hurries. */
const LEAST_FOR_CONTAINMENT_SECONDS = 1;
const LEAST_SECONDS = 10;

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

/** Seconds until it is worth while to ask again whether the step may start. */
export function gateSeconds(engagement: Engagement, step: string): number {
  const planned = engagement.planned(step);
  const now = engagement.now().getTime();
  const hurries = planned.step.phase === 'protect' || planned.step.phase === 'contain';
  return pacedSeconds({
    elapsedMs: now - (engagement.state.openedAt ?? now),
    leastSeconds: hurries ? LEAST_FOR_CONTAINMENT_SECONDS : LEAST_SECONDS,
    forGuard: false,
  });
}
