import { AsyncResource } from 'node:async_hooks';
import type { WorldClock } from '@cordon/testkit';

/** Shorter ones are pauses of the runner's own. */
const LEAST_WAIT_MS = 500;
/** Real time for the runner to turn a timer into an invocation, before virtual time goes on. */
const HANDOVER_MS = 20;

const CALLER_LINE = 3;

/** Whether the durable SDK or its runner sets the timer: by the frame that called, not by those that awaited. */
function isTheirs(): boolean {
  const caller = (new Error().stack ?? '').split('\n')[CALLER_LINE] ?? '';
  return caller.includes('durable-execution-sdk-js');
}

/**
 * Lets the waits of a durable execution take virtual time. The local runner then suspends and resumes as it does in real
 * time, a day in seconds; its own mode without waits never suspends, and so hides what goes wrong in replays. Returns what
 * restores the timers.
 */
export function virtualTimers(clock: WorldClock): () => void {
  const { setTimeout: set, clearTimeout: clear } = globalThis;
  const waits = new WeakMap<object, AbortController>();
  // Outside of every invocation: one that waits is not at work, and one that works is not waiting.
  const outside = new AsyncResource('durable-timers');

  function virtual(callback: () => void, delayMs: number): NodeJS.Timeout {
    const token = set(() => undefined, 0);
    const cancel = new AbortController();
    waits.set(token, cancel);
    const until = new Date(clock.now().getTime() + Math.ceil(delayMs / 1000) * 1000);
    const handOver = () =>
      clock.working(
        () =>
          new Promise<void>((resolve) => {
            callback();
            set(resolve, HANDOVER_MS);
          }),
      );
    outside.runInAsyncScope(() => clock.sleepUntil(until, cancel.signal).then(handOver, () => undefined));
    return token;
  }

  const patched = (callback: () => void, delayMs = 0) =>
    delayMs >= LEAST_WAIT_MS && isTheirs() ? virtual(callback, delayMs) : set(callback, delayMs);
  const cleared = (timer: NodeJS.Timeout | undefined) => {
    if (timer !== undefined) waits.get(timer)?.abort();
    clear(timer);
  };
  // What Node's own types add (a promisified form) nobody uses here.
  globalThis.setTimeout = patched as typeof set;
  globalThis.clearTimeout = cleared as typeof clear;
  return () => {
    globalThis.setTimeout = set;
    globalThis.clearTimeout = clear;
  };
}
