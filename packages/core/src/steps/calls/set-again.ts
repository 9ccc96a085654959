import type { BaseContext } from '../../engine/context.js';
import { asFailure } from './failures.js';

const TRIES = 5;
const FIRST_PAUSE_SECONDS = 0.5;

/**
 * Does what may be done twice until AWS has answered it: for calls that **set** something. Their lost answers are not
 * worth an attempt of the whole step, and containment should not wait for one. A call that AWS throttles has been tried
 * for half a minute already: to begin again at once would only take from all others.
 */
export async function setAgain<T>(
  ctx: Pick<BaseContext, 'sleep' | 'signal'>,
  set: () => Promise<T>,
): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await set();
    } catch (error) {
      const failure = asFailure(error);
      if (failure.kind !== 'ambiguous' || tried === TRIES || ctx.signal.aborted) throw error;
    }
    await ctx.sleep({ seconds: FIRST_PAUSE_SECONDS * 2 ** (tried - 1) });
  }
}
