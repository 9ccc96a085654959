/** Time, as everything in Cordon sees it: the real one, or the virtual one of the testkit. */
export interface Clock {
  now(): Date;
  /** Resolves at `until`; rejects with the signal's reason when that aborts first. */
  sleepUntil(until: Date, signal?: AbortSignal): Promise<void>;
  /**
   * Runs work that takes real time. A virtual clock stands still meanwhile, except where the work itself sleeps on it;
   * a real one has no such method.
   */
  working?<T>(work: () => Promise<T>): Promise<T>;
  /**
   * Waits, within work, for what other work has begun. Without it a virtual clock would stand still for the one that
   * waits, and the other would never end. A real one has no such method.
   */
  idle?<T>(begun: Promise<T>): Promise<T>;
}

/** Waits for what other work has begun. */
export function awaitOther<T>(clock: Clock, begun: Promise<T>): Promise<T> {
  return clock.idle === undefined ? begun : clock.idle(begun);
}

/** Longest delay that `setTimeout` can hold (2^31 - 1 ms); longer sleeps are taken in pieces. */
const LONGEST_TIMER_MS = 2_147_483_647;

function pause(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, delayMs);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => new Date(),
  async sleepUntil(until, signal) {
    for (;;) {
      signal?.throwIfAborted();
      const left = until.getTime() - Date.now();
      if (left <= 0) return;
      await pause(Math.min(left, LONGEST_TIMER_MS), signal);
    }
  },
};
