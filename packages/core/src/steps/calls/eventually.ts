import type { BaseContext } from '../../engine/context.js';
import type { Duration } from '../../engine/duration.js';
import { milliseconds } from '../../engine/duration.js';
import { isCode } from './failures.js';

export interface Patience {
  /** Error codes that mean: not visible yet. */
  readonly codes: readonly string[];
  readonly within: Duration;
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 4000;

/** Tries until AWS shows what was made a moment ago. */
export async function eventually<T>(
  ctx: Pick<BaseContext, 'now' | 'sleep'>,
  patience: Patience,
  work: () => Promise<T>,
): Promise<T> {
  const until = ctx.now().getTime() + milliseconds(patience.within);
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(LONGEST_PAUSE_MS, pause * 2)) {
    try {
      return await work();
    } catch (error) {
      if (!isCode(error, ...patience.codes) || ctx.now().getTime() + pause > until) throw error;
    }
    await ctx.sleep({ seconds: pause / 1000 });
  }
}
