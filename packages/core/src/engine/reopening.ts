import type { Plan, PlanStep } from './compile.js';
import type { RetryRefusal } from './entry.js';
import { type IncidentState, type Settlement, settlementOf } from './incident-state.js';
import { touchesSuspect } from './phase.js';

/** What an order makes of the plan: steps that stand at their beginning again, the one asked for last. */
export type Reopening = { readonly steps: readonly string[] } | { readonly refused: RetryRefusal };

function hasBegun(plan: Plan, state: IncidentState, phases: readonly string[]): boolean {
  return plan.steps.some(
    ({ step }) => phases.includes(step.phase) && state.step(step.id).status.is !== 'pending',
  );
}

/** A report is written of what there is, and a suspect that is sealed is not opened again for a capture. */
function tooLate(plan: Plan, state: IncidentState, { step }: PlanStep): RetryRefusal | undefined {
  if (hasBegun(plan, state, ['report', 'cleanup']))
    return {
      code: 'TOO_LATE',
      message: 'the report is being written: try the step again when the incident has closed',
    };
  if (touchesSuspect(step.phase) && step.phase !== 'seal' && hasBegun(plan, state, ['seal']))
    return { code: 'TOO_LATE', message: 'the suspect is being sealed: nothing reaches it any more' };
  return undefined;
}

function refusal(
  planned: PlanStep | undefined,
  settlement: Settlement | undefined,
): RetryRefusal | undefined {
  if (planned === undefined) return { code: 'NO_SUCH_STEP', message: 'the pipeline has no such step' };
  if (settlement === undefined) return { code: 'NOT_SETTLED', message: 'the step has not ended yet' };
  if (settlement.as === 'succeeded')
    return { code: 'NOT_FAILED', message: 'the step has succeeded: there is nothing to try again' };
  if (settlement.as === 'skipped' && settlement.reason.because === 'refused')
    return {
      code: 'REFUSED_BY_GUARD',
      message: `${settlement.reason.guards.join(', ')} said no: a retry is no way around a guard`,
    };
  return undefined;
}

/** Whether the step was skipped for want of something that the reopened ones may now give. */
function waitedFor(settlement: Settlement | undefined, ids: ReadonlySet<string>, facts: ReadonlySet<string>) {
  if (settlement?.as !== 'skipped') return false;
  const { reason } = settlement;
  if (reason.because === 'missing') return reason.facts.some((fact) => facts.has(fact));
  return reason.because === 'refused' && reason.guards.some((guard) => ids.has(guard));
}

/** Steps that were skipped, at first or at second hand, because the target did not succeed. */
function skippedFor(plan: Plan, state: IncidentState, target: string): readonly string[] {
  const ids = new Set([target]);
  const facts = new Set<string>();
  for (const { step } of plan.steps) {
    if (step.id !== target && !waitedFor(settlementOf(state.step(step.id)), ids, facts)) continue;
    ids.add(step.id);
    for (const fact of step.provides) facts.add(fact.name);
  }
  ids.delete(target);
  return [...ids];
}

/**
 * Which steps of an open incident stand at their beginning again when `target` is to be tried again. A pure function
 * of plan and journal.
 */
export function reopening(plan: Plan, state: IncidentState, target: string): Reopening {
  const planned = plan.steps.find(({ step }) => step.id === target);
  const refused = refusal(planned, settlementOf(state.step(target)));
  if (refused !== undefined || planned === undefined)
    return { refused: refused ?? { code: 'NO_SUCH_STEP', message: 'the pipeline has no such step' } };
  const late = tooLate(plan, state, planned);
  if (late !== undefined) return { refused: late };
  return { steps: [...skippedFor(plan, state, target), target] };
}
