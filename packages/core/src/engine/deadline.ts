import type { Clock } from './clock.js';
import { StepFailure } from './failure.js';

/**
 * Runs `work` with a signal that aborts at `deadline`, or when the host stops. The alarm is set outside of the work:
 * a virtual clock stands still while somebody works, and would never ring it.
 */
export async function withDeadline<T>(
  options: {
    readonly clock: Clock;
    readonly deadline: Date;
    readonly stop: AbortSignal;
    readonly what: string;
  },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { clock, deadline, stop } = options;
  const late = new AbortController();
  const done = new AbortController();
  const alarm = clock
    .sleepUntil(deadline, done.signal)
    .then(() =>
      late.abort(
        StepFailure.ambiguous('CALL_TIMEOUT', `${options.what} did not return by ${deadline.toISOString()}`),
      ),
    )
    // Rejects when the work was done in time.
    .catch(() => undefined);
  const signal = AbortSignal.any([stop, late.signal]);
  try {
    return await (clock.working === undefined ? work(signal) : clock.working(() => work(signal)));
  } finally {
    done.abort();
    await alarm;
  }
}

/** The promise, or the signal's reason when that comes first: a step that ignores its signal is left behind. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
