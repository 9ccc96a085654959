/** Connections that are made at regular times. */
export interface Beacon {
  readonly everySeconds: number;
  readonly count: number;
  /** How far the times between them are from each other, as a part of the usual: 0 is a clock. */
  readonly jitter: number;
}

const FEWEST = 12;
const SHORTEST_SECONDS = 5;
const LONGEST_SECONDS = 6 * 3600;
/** Public frameworks wait by a clock, give or take a fifth or a third. */
const MOST_JITTER = 0.35;

function median(sorted: readonly number[]): number {
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/**
 * Whether times follow a clock: the middle of the deviations from the middle interval is small (median absolute
 * deviation), so that one that is missing, or a night of silence, changes little.
 */
export function beaconOf(startsMs: readonly number[]): Beacon | undefined {
  const times = [...new Set(startsMs)].sort((a, b) => a - b);
  if (times.length < FEWEST) return undefined;
  const intervals = times.slice(1).map((time, index) => (time - (times[index] ?? time)) / 1000);
  const usual = median([...intervals].sort((a, b) => a - b));
  if (usual < SHORTEST_SECONDS || usual > LONGEST_SECONDS) return undefined;
  const deviations = intervals.map((interval) => Math.abs(interval - usual)).sort((a, b) => a - b);
  const jitter = median(deviations) / usual;
  return jitter > MOST_JITTER ? undefined : { everySeconds: Math.round(usual), count: times.length, jitter };
}
