import { createHash } from 'node:crypto';
import pRetry from 'p-retry';
import type { Clock } from '../engine/clock.js';
import type { Trouble } from './errors.js';

/** Tries after the first. With the delays below: about half a minute of patience. */
const RETRIES = 6;
const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 10_000;

/** Whether the same call may be sent again without making anything twice. */
function mayRepeat(trouble: Trouble, mutating: boolean): boolean {
  if (trouble === 'throttled' || trouble === 'unreached') return true;
  return trouble === 'lost' && !mutating;
}

/** The same for all tries of one call: a corrected date helps at once, so what is refused again is refused. */
export function mayRepeatCall(mutating: boolean): (trouble: Trouble) => boolean {
  let corrected = false;
  return (trouble) => {
    if (trouble !== 'misdated') return mayRepeat(trouble, mutating);
    const first = !corrected;
    corrected = true;
    return first;
  };
}

/**
 * Exponential, between half and all of the step's length. The seed in place of chance: a run that is told again waits
 * the same, and callers with different seeds do not come back in step.
 */
export function backoffMs(seed: string, attempt: number): number {
  const full = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (attempt - 1));
  const share = createHash('sha256').update(`${seed} ${attempt}`).digest().readUInt32BE(0) / 2 ** 32;
  return Math.round(full * (0.5 + share / 2));
}

export interface RetryOptions {
  readonly clock: Clock;
  readonly seed: string;
  readonly signal: AbortSignal | undefined;
  /** Whether this error may be tried again. */
  readonly again: (error: Error) => boolean;
}

/** p-retry, waiting on the given clock instead of on timers of its own. */
export function retrying<T>(work: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { clock, seed, signal, again } = options;
  const aborted = () => signal?.aborted === true;
  return pRetry(work, {
    retries: RETRIES,
    minTimeout: 0,
    async shouldRetry({ error, attemptNumber }) {
      if (aborted() || !again(error)) return false;
      const until = new Date(clock.now().getTime() + backoffMs(seed, attemptNumber));
      // Aborted while waiting: the last answer stands, since it says what AWS did.
      await clock.sleepUntil(until, signal).catch(() => undefined);
      return !aborted();
    },
  });
}
