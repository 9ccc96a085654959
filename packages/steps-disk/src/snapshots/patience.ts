import type { Duration } from '@cordon/core';

const SHORTEST_SECONDS = 15;
const LONGEST_SECONDS = 300;
const SHARE_OF_ELAPSED = 0.1;

/**
 * When to look again at something that takes minutes or many hours: a tenth of the time it has taken so far, between
 * 15 s and 5 min.
 */
export function lookAgain(sinceMs: number, nowMs: number): Duration {
  const elapsed = Math.max(0, nowMs - sinceMs) / 1000;
  const seconds = Math.min(LONGEST_SECONDS, Math.max(SHORTEST_SECONDS, elapsed * SHARE_OF_ELAPSED));
  return { seconds: Math.round(seconds) };
}
