import { type Entry, type Plan, type PlannedStep, touchesSuspect } from '@cordon/core';

/** One step of the plan, as its child context is told of it. */
export interface Lane {
  readonly step: string;
  /** Lanes that it waits for before it asks for the first time. */
  readonly after: readonly string[];
}

/**
 * Containment does not wait for what is late in protect, so that its lanes do not either: they ask, and the journal says
 * for how long they are gated. Guards are waited for.
 */
function isAwaited(
  waiting: PlannedStep,
  other: PlannedStep | undefined,
  guards: ReadonlySet<string>,
): boolean {
  if (!touchesSuspect(waiting.phase) || waiting.phase === 'protect') return true;
  return other?.phase !== 'protect' || guards.has(other.id);
}

/**
 * A lane for each step, in the order of `opened`: in whichever version of the code an execution is replayed, its child
 * contexts are the same ones in the same order.
 *
 * @throws Error when nothing was opened in this journal
 */
export function lanesOf(plan: Plan, entries: readonly Entry[]): readonly Lane[] {
  const opened = entries.find(({ ledger, kind }) => ledger === 'run' && kind === 'opened');
  if (opened?.kind !== 'opened') throw new Error('the incident was not begun in this journal');
  const guards = new Set(plan.steps.flatMap(({ step }) => (step.guard === undefined ? [] : [step.id])));
  const planned = new Map(opened.body.plan.map((step) => [step.id, step]));
  return opened.body.plan.map((step) => ({
    step: step.id,
    after: step.predecessors.filter((id) => isAwaited(step, planned.get(id), guards)),
  }));
}
