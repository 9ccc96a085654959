import type { Duration } from './duration.js';
import type { Step } from './step.js';

/** One thing that a step will take, as far as it can be told before anything is touched. */
export interface StepEstimate {
  /** What for: `a copy of 2 snapshots, 108 GiB`. */
  readonly what: string;
  /** US dollars, once. */
  readonly usd?: number;
  /** US dollars a month, for as long as it is kept. */
  readonly usdPerMonth?: number;
  readonly time?: Duration;
  /** What it is reckoned with: the region and date of the prices, what is assumed. */
  readonly basis: string;
}

/** Facts that are known before a run, by name: what an inspection saw. */
export type KnownFacts = Readonly<Record<string, unknown>>;

/** What the step says it will take. One that cannot tell says nothing: an estimate stops no plan. */
export function estimatesOf(step: Step, known: KnownFacts): readonly StepEstimate[] {
  const names = [...step.needs, ...step.wants].map((fact) => fact.name);
  const facts = Object.fromEntries(names.map((name) => [name, known[name]]));
  try {
    return step.run.estimate?.(facts) ?? [];
  } catch {
    return [];
  }
}

/** Of what costs less than a cent, as much as tells it from nothing. */
const two = (usd: number) => `$${usd.toFixed(usd > 0 && usd < 0.01 ? 4 : 2)}`;

function timeText({ hours = 0, minutes = 0, seconds = 0 }: Duration): string {
  const all = Math.round(hours * 60 + minutes + seconds / 60);
  return all < 120 ? `about ${Math.max(1, all)} min` : `about ${Math.round(all / 60)} h`;
}

/** `a copy of 2 snapshots: $0.42, $5.40 a month, about 20 min (list prices of eu-west-1, 2026-11)` */
export function estimateText({ what, usd, usdPerMonth, time, basis }: StepEstimate): string {
  const parts = [
    ...(usd === undefined ? [] : [two(usd)]),
    ...(usdPerMonth === undefined ? [] : [`${two(usdPerMonth)} a month`]),
    ...(time === undefined ? [] : [timeText(time)]),
  ];
  return `${what}: ${parts.join(', ') || 'nothing worth telling'} (${basis})`;
}

/** All of them together; undefined where nobody told of money. */
export function totalText(estimates: readonly StepEstimate[]): string | undefined {
  const sum = (figures: readonly (number | undefined)[]) => {
    const known = figures.filter((figure) => figure !== undefined);
    return known.length === 0 ? undefined : known.reduce((total, figure) => total + figure, 0);
  };
  const usd = sum(estimates.map((one) => one.usd));
  const usdPerMonth = sum(estimates.map((one) => one.usdPerMonth));
  if (usd === undefined && usdPerMonth === undefined) return undefined;
  const parts = [
    ...(usd === undefined ? [] : [two(usd)]),
    ...(usdPerMonth === undefined ? [] : [`${two(usdPerMonth)} a month while it is kept`]),
  ];
  return parts.join(' and ');
}
