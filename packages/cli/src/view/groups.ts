import type { Phase } from '@cordon/core';
import { isSettled, type StepView } from '../model/step-view.js';

/** How much of a phase is drawn. */
export type Detail =
  /** A line for each step. */
  | 'all'
  /** A line for what is under way or went wrong, one for the rest. */
  | 'busy'
  /** One line. */
  | 'line';

export interface Group {
  readonly phase: Phase;
  readonly steps: readonly StepView[];
  readonly detail: Detail;
}

/** The steps by phase, in the plan's order. */
export function groupsOf(steps: readonly StepView[]): readonly Group[] {
  return [...Map.groupBy(steps, (step) => step.phase)].map(([phase, together]) => ({
    phase,
    steps: together,
    detail: 'all',
  }));
}

function isBusy(step: StepView): boolean {
  return (
    (!isSettled(step) && step.status !== 'pending') || step.status === 'failed' || step.status === 'refused'
  );
}

/** The steps that have a line of their own. */
export function shownSteps({ steps, detail }: Group): readonly StepView[] {
  if (detail === 'all') return steps;
  return detail === 'busy' ? steps.filter(isBusy) : [];
}

export function linesOf(group: Group): number {
  const shown = shownSteps(group).length;
  return shown === group.steps.length ? shown : shown + 1;
}

function total(groups: readonly Group[]): number {
  return groups.reduce((lines, group) => lines + linesOf(group), 0);
}

function isOver({ steps }: Group): boolean {
  return steps.every(isSettled);
}

/** In which order phases give up lines: what is over first, then what has not begun, from the far end; then the rest. */
function reductions(groups: readonly Group[]): readonly { readonly at: number; readonly detail: Detail }[] {
  const every = groups.map((_, at) => at);
  const quiet = (at: number) => !groups[at]?.steps.some(isBusy);
  const over = every.filter((at) => groups[at] !== undefined && isOver(groups[at]));
  const ahead = every.filter((at) => quiet(at) && !over.includes(at)).reverse();
  return [
    ...over.filter(quiet).map((at) => ({ at, detail: 'line' as const })),
    ...ahead.map((at) => ({ at, detail: 'line' as const })),
    ...every.map((at) => ({ at, detail: 'busy' as const })),
    ...over.map((at) => ({ at, detail: 'line' as const })),
    ...every.map((at) => ({ at, detail: 'line' as const })),
  ];
}

/** Lets phases shrink, the least interesting first, until they fit into `height` lines, as far as they can. */
export function fitted(groups: readonly Group[], height: number): readonly Group[] {
  let current = groups;
  for (const { at, detail } of reductions(groups)) {
    if (total(current) <= height) return current;
    const next = current.map((group, index) =>
      index === at && group.detail !== 'line' ? { ...group, detail } : group,
    );
    if (total(next) < total(current)) current = next;
  }
  return current;
}
