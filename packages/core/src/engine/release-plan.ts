import * as v from 'valibot';
import type { Plan, PlanStep } from './compile.js';
import { defineFact } from './fact.js';
import { validated } from './fact-values.js';
import { type IncidentState, settlementOf } from './incident-state.js';
import { defineStep, type Step } from './step.js';

/** What an undo could not restore, sentence by sentence. */
export const NotRestored = v.array(v.string());

/** A step whose `before` is on record has something to undo, however it ended. */
function wasBegun(state: IncidentState, { step }: PlanStep): boolean {
  return step.run.undo !== undefined && state.step(step.id).saved !== undefined;
}

function undoStep(step: Step, state: IncidentState): Step {
  const { saved } = state.step(step.id);
  const what = { code: 'SAVED_STATE_INVALID', name: `what step '${step.id}' saved` };
  const fact = defineFact(`undone.${step.id}`, NotRestored);
  const undo = defineStep({
    id: step.id,
    title: `Undoes: ${step.title}`,
    version: step.version,
    phase: 'contain',
    provides: [fact],
    timeout: { minutes: 30 },
    callTimeout: { minutes: 5 },
    actions: step.actions,
    async start(ctx) {
      const before = step.run.saves === undefined ? saved : await validated(step.run.saves, saved, what);
      const notRestored = await step.run.undo?.(ctx, before);
      return ctx.done({ [`undone.${step.id}`]: [...(notRestored ?? [])] });
    },
  });
  // Its one fact is named at run time; for the engine it is a step like any other.
  return undo as unknown as Step;
}

/**
 * The plan of a release: what the incident's steps did to the suspect is undone one by one, last first. What was
 * settled as skipped was never begun.
 */
export function releasePlan(plan: Plan, state: IncidentState): Plan {
  const begun = plan.steps
    .filter((planned) => wasBegun(state, planned))
    .filter(({ step }) => settlementOf(state.step(step.id))?.as !== 'skipped')
    .toReversed();
  return {
    ...plan,
    steps: begun.map(({ step }, index) => ({
      step: undoStep(step, state),
      predecessors: begun.slice(0, index).map((earlier) => earlier.step.id),
      guards: [],
    })),
  };
}
