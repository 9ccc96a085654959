import { type Duration, fractionOf } from '@cordon/core';

const SHORTEST_SECONDS = 15;
const LONGEST_SECONDS = 300;
/** Where nothing tells how far it is. */
const SHARE_OF_ELAPSED = 0.1;
/** However near the end seems: the last percent of a snapshot may take as long as all others. */
const LEAST_SHARE_OF_ELAPSED = 0.03;
/** Of the time that is left, were it to go on like that: what goes twice as fast is still met in time. */
const SHARE_OF_REMAINING = 0.5;

/** Something whose percents EC2 tells. Times in milliseconds since the epoch. */
export interface Underway {
  readonly sinceMs: number;
  /** 0 to 100; 0 while EC2 has not begun. */
  readonly percent: number;
}

/** What is looked at. Times in milliseconds since the epoch. */
export interface Looking {
  readonly sinceMs: number;
  readonly nowMs: number;
  /** All that is waited for; empty where nothing tells how far it is. */
  readonly underway: readonly Underway[];
}

/** Seconds until the last of them is done, were each to go on as until now; undefined: not told. */
function remainingSeconds({ underway, nowMs }: Looking): number | undefined {
  if (underway.length === 0 || underway.some(({ percent }) => percent <= 0)) return undefined;
  const each = underway.map(({ sinceMs, percent }) => {
    // EC2 rounds down: nearly one percent more may be done.
    const done = Math.min(100, percent + 1);
    return ((100 - percent) / done) * ((nowMs - sinceMs) / 1000);
  });
  return Math.max(0, ...each);
}

/**
 * When to look again at something that takes minutes or many hours, between 15 s and 5 min: half of the time that is
 * left by EC2's own percents, else a tenth of the time it has taken so far.
 */
export function lookAgain(looking: Looking): Duration {
  const elapsed = Math.max(0, looking.nowMs - looking.sinceMs) / 1000;
  const remaining = remainingSeconds(looking);
  const asked =
    remaining === undefined
      ? elapsed * SHARE_OF_ELAPSED
      : Math.max(elapsed * LEAST_SHARE_OF_ELAPSED, remaining * SHARE_OF_REMAINING);
  return { seconds: Math.round(Math.min(LONGEST_SECONDS, Math.max(SHORTEST_SECONDS, asked))) };
}

/** Two hundred incidents that ask that often for twenty places stay below what EC2 takes of such calls. */
const SHORTEST_QUEUE_SECONDS = 60;
/** Longer by up to this share, each by its seed: who came together must not ask together for hours. */
const SPREAD = 0.5;

/**
 * When to ask again for a place among the copies that EC2 makes at once: after a minute at first, and a tenth of the
 * time that was waited later on.
 *
 * @param looking - when it was first wanted, and now: milliseconds since the epoch
 * @param seed - the same for one who waits, another for each
 */
export function askAgain({ sinceMs, nowMs }: Omit<Looking, 'underway'>, seed: string): Duration {
  const waited = Math.max(0, nowMs - sinceMs) / 1000;
  const asked = Math.max(SHORTEST_QUEUE_SECONDS, waited * SHARE_OF_ELAPSED);
  return { seconds: Math.round(Math.min(LONGEST_SECONDS, asked * (1 + SPREAD * fractionOf(seed)))) };
}
