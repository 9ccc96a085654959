import type { BaseContext } from '../../../engine/context.js';
import { type Duration, milliseconds } from '../../../engine/duration.js';
import type { Bounds } from './json-lines.js';

export interface Window {
  readonly from: Date;
  readonly to: Date;
}

/** Intruders are seen some time after they came. */
const BEFORE_FIRST_SEEN: Duration = { hours: 6 };
/** Logs of days are not read in minutes: the newest are. */
const LONGEST: Duration = { hours: 24 };

/** The hours that matter in logs of traffic: from before the detector first saw something until now. */
export function incidentWindow(ctx: BaseContext): Window {
  const { finding, openedAt } = ctx.incident;
  const to = ctx.now();
  const seen = Date.parse(finding.firstSeen ?? openedAt) - milliseconds(BEFORE_FIRST_SEEN);
  return { from: new Date(Math.max(seen, to.getTime() - milliseconds(LONGEST))), to };
}

const HOUR_MS = 3_600_000;

/** The window hour by hour, the newest first: when it is too much, what is oldest is missing. */
export function hoursBack({ from, to }: Window): readonly Window[] {
  const hours: Window[] = [];
  for (let end = to.getTime(); end > from.getTime(); end -= HOUR_MS)
    hours.push({ from: new Date(Math.max(from.getTime(), end - HOUR_MS)), to: new Date(end) });
  return hours;
}

/** What is left at the end of a call for storing what was read. */
const RESERVE: Duration = { minutes: 2 };

export function boundsOf(ctx: BaseContext, mostLines: number): Bounds {
  return { mostLines, until: new Date(ctx.deadline.getTime() - milliseconds(RESERVE)) };
}
