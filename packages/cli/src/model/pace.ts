import type { Progress } from '@cordon/core';

interface Sample {
  readonly at: number;
  readonly done: number;
}

/** Samples older than this no longer tell how fast it goes now. */
const WINDOW_MS = 5 * 60_000;
/** Where words are rare, as of a snapshot that is asked after every five minutes, so many gaps between them count. */
const GAPS = 6;
const MAX_SAMPLES = 60;

/** How far something is, how fast it goes and when it will be there. */
export interface Pace {
  readonly done: number;
  readonly total: number;
  readonly unit: string;
  readonly samples: readonly Sample[];
}

function isUsable({ done, total }: Progress): boolean {
  return Number.isFinite(done) && Number.isFinite(total) && done >= 0 && total > 0;
}

/** What still tells how fast it goes: EC2's whole percents move in jumps, which only several gaps even out. */
function recent(samples: readonly Sample[], at: number): readonly Sample[] {
  const gap = at - (samples.at(-1)?.at ?? at);
  const oldest = at - Math.max(WINDOW_MS, GAPS * gap);
  return samples.filter((sample) => sample.at >= oldest);
}

/** The pace after one more word of progress; what is no progress (a total of zero, a NaN) changes nothing. */
export function paced(before: Pace | undefined, progress: Progress, at: number): Pace | undefined {
  if (!isUsable(progress)) return before;
  const { total, unit } = progress;
  const done = Math.min(progress.done, total);
  // Another total, or less than before: something new has begun.
  const same = before !== undefined && before.total === total && before.unit === unit && before.done <= done;
  const kept = same ? recent(before.samples, at) : [];
  const newest = kept.at(-1)?.at === at ? kept.slice(0, -1) : kept;
  return { done, total, unit, samples: [...newest, { at, done }].slice(-MAX_SAMPLES) };
}

/** Units a second; undefined until it has moved. */
export function rateOf({ samples }: Pace): number | undefined {
  const [first] = samples;
  const last = samples.at(-1);
  if (first === undefined || last === undefined || last.at <= first.at || last.done <= first.done)
    return undefined;
  return (last.done - first.done) / ((last.at - first.at) / 1000);
}

/** 0 to 100, rounded down: 100 is only said when it is done. */
export function percentOf({ done, total }: Pace): number {
  return Math.floor((done / total) * 100);
}

/** Milliseconds until it is done, at the rate of late, from `now` on. */
export function timeLeft(pace: Pace, now: number): number | undefined {
  const rate = rateOf(pace);
  const last = pace.samples.at(-1);
  if (rate === undefined || last === undefined) return undefined;
  return Math.max(0, ((pace.total - pace.done) / rate) * 1000 - (now - last.at));
}
