import type { Plan } from './compile.js';
import type { Verdict } from './entry.js';
import type { Finding } from './finding.js';
import { type IncidentState, settlementOf } from './incident-state.js';

/** The guards' yeses of a run so far, in the order of its plan. */
function yeses(plan: Plan, state: IncidentState): readonly Verdict[] {
  return plan.steps.flatMap(({ step }) => {
    const settlement = settlementOf(state.step(step.id));
    return settlement?.as === 'succeeded' && settlement.verdict?.allow === true ? [settlement.verdict] : [];
  });
}

/** The finding as its detector has it, when a guard has asked for it. */
export function confirmedFinding(plan: Plan, state: IncidentState): Finding | undefined {
  return yeses(plan, state).findLast(({ finding }) => finding !== undefined)?.finding;
}

/** The person who said yes to this run, when one was asked. */
export function approverOf(plan: Plan, state: IncidentState): string | undefined {
  return yeses(plan, state).findLast(({ by }) => by !== undefined)?.by;
}
