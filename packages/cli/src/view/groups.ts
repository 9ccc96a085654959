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
  /** The phase, or `before` and `then` where phases were put together. */
  readonly label: string;
  readonly steps: readonly StepView[];
  readonly detail: Detail;
}

/** The steps by phase, in the plan's order. */
export function groupsOf(steps: readonly StepView[]): readonly Group[] {
  return [...Map.groupBy(steps, (step) => step.phase)].map(([phase, together]) => ({
    label: phase,
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

interface Reduction {
  readonly at: number;
  readonly detail: Detail;
}

/** First what is over and went well, then what has not begun, from the far end, then what is under way. */
function gentle(groups: readonly Group[]): readonly Reduction[] {
  const every = groups.map((_, at) => at);
  const quiet = every.filter((at) => !groups[at]?.steps.some(isBusy));
  const over = quiet.filter((at) => groups[at] !== undefined && isOver(groups[at]));
  const ahead = quiet.filter((at) => !over.includes(at)).reverse();
  return [
    ...[...over, ...ahead].map((at) => ({ at, detail: 'line' as const })),
    ...every.map((at) => ({ at, detail: 'busy' as const })),
  ];
}

/** What is over first, then what has no progress to show, then everything. */
function harsh(groups: readonly Group[]): readonly Reduction[] {
  const paced = (at: number) => Number(groups[at]?.steps.some(({ pace }) => pace !== undefined));
  const every = groups.map((_, at) => at).toSorted((a, b) => paced(a) - paced(b));
  const over = every.filter((at) => groups[at] !== undefined && isOver(groups[at]));
  return [...over, ...every].map((at) => ({ at, detail: 'line' as const }));
}

function reduced(
  groups: readonly Group[],
  reductions: readonly Reduction[],
  height: number,
): readonly Group[] {
  let current = groups;
  for (const { at, detail } of reductions) {
    if (total(current) <= height) return current;
    const next = current.map((group, index) =>
      index === at && group.detail !== 'line' ? { ...group, detail } : group,
    );
    if (total(next) < total(current)) current = next;
  }
  return current;
}

function together(groups: readonly Group[], label: string): readonly Group[] {
  if (groups.length < 2) return groups;
  return [{ label, steps: groups.flatMap(({ steps }) => steps), detail: 'line' }];
}

/** What is over and went well becomes one group, what has not begun another. */
function merged(groups: readonly Group[]): readonly Group[] {
  const quiet = (group: Group) => !group.steps.some(isBusy);
  const before = groups.filter((group) => quiet(group) && isOver(group));
  const ahead = groups.filter(({ steps }) => steps.every(({ status }) => status === 'pending'));
  const rest = groups.filter((group) => !before.includes(group) && !ahead.includes(group));
  return [...together(before, 'before'), ...rest, ...together(ahead, 'then')];
}

/** Lets phases shrink, the least interesting first, until they fit into `height` lines, as far as they can. */
export function fitted(groups: readonly Group[], height: number): readonly Group[] {
  const gently = reduced(groups, gentle(groups), height);
  if (total(gently) <= height) return gently;
  const one = merged(gently);
  return reduced(one, harsh(one), height);
}
