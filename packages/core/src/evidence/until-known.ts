import { setTimeout } from 'node:timers/promises';
import { StepFailure } from '../engine/failure.js';

const TRIES = 6;
const FIRST_DELAY_MS = 100;

function mayHelp(error: unknown): boolean {
  if (!(error instanceof StepFailure)) return false;
  // 409 of a conditional write: somebody else is at it just now, nothing was written.
  if (error.code === 'ConditionalRequestConflict') return true;
  return error.kind === 'ambiguous' || error.kind === 'retryable';
}

/**
 * Makes a call that is harmless when it is made twice, until its outcome is known: a conditional write, a part of an
 * upload. `Account.call` leaves that to its caller, since it cannot know.
 */
export async function untilKnown<T>(call: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      if (attempt === TRIES || !mayHelp(error)) throw error;
      await setTimeout(FIRST_DELAY_MS * 2 ** (attempt - 1));
    }
  }
}
