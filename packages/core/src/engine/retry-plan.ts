import type { Plan, PlanStep } from './compile.js';
import { type IncidentState, settlementOf } from './incident-state.js';

function succeeded(state: IncidentState, id: string): boolean {
  return settlementOf(state.step(id))?.as === 'succeeded';
}

/** Steps that did not succeed and use, at first or at second hand, what the retried one provides. */
function dependents(plan: Plan, state: IncidentState, target: string): ReadonlySet<string> {
  const again = new Set([target]);
  const facts = new Set<string>();
  for (const { step } of plan.steps) {
    const uses = step.needs.some((fact) => facts.has(fact.name));
    if (step.id !== target && (!uses || succeeded(state, step.id))) continue;
    again.add(step.id);
    for (const fact of step.provides) facts.add(fact.name);
  }
  return again;
}

function rewritten({ step }: PlanStep): boolean {
  return step.phase === 'report' || step.phase === 'cleanup';
}

/**
 * The plan of a retry: the step, what was skipped or failed for want of its facts, and report and cleanup once more.
 * All other facts are given by the incident's own run.
 */
export function retryPlan(plan: Plan, state: IncidentState, target: string): Plan {
  const ids = dependents(plan, state, target);
  const chosen = plan.steps.filter((planned) => ids.has(planned.step.id) || rewritten(planned));
  const own = new Set(chosen.map(({ step }) => step.id));
  const given = plan.steps
    .filter(({ step }) => !own.has(step.id) && succeeded(state, step.id))
    .flatMap(({ step }) => step.provides.map((fact) => fact.name));
  return {
    ...plan,
    given: [...plan.given, ...given],
    steps: chosen.map((planned) => ({
      ...planned,
      predecessors: planned.predecessors.filter((id) => own.has(id)),
      // The guards have answered in the incident's own run.
      guards: [],
    })),
  };
}
