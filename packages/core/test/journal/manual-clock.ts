import type { Clock } from '../../src/engine/clock.js';

/** A clock that stands where it is put. */
export interface ManualClock extends Clock {
  set(at: string): void;
}

export function manualClock(start = '2026-11-20T03:31:00.000Z'): ManualClock {
  let now = new Date(start);
  return {
    now: () => now,
    sleepUntil: async (until) => {
      if (until > now) now = until;
    },
    set(at) {
      now = new Date(at);
    },
  };
}
