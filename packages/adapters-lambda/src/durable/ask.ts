import type { DurableContext } from '@aws/durable-execution-sdk-js';
import type { WorkDone } from '@cordon/core';
import { type Answer, answered, pauseSeconds } from './answer.js';

/** Nothing was asked yet. A durable operation wants a state to begin with. */
const UNASKED: Answer<never> = { trouble: { code: 'UNASKED', message: '', times: 0, final: false } };

/** When to come back; undefined: the answer is there, or never will be. */
function secondsOf<T>(
  state: Answer<T>,
  secondsOfAnswer: (answer: T) => number | undefined,
): number | undefined {
  if ('answer' in state) return secondsOfAnswer(state.answer);
  return state.trouble.final ? undefined : pauseSeconds(state);
}

/**
 * One durable operation, asked until it has its answer: nothing but an alarm clock. It counts once towards the operations
 * that an execution may have, however often it rings.
 */
export function ask<T>(
  context: DurableContext,
  name: string,
  question: {
    readonly ask: () => Promise<T>;
    /** Of an answer that is not the last: seconds until the next. Default: the first one is. */
    readonly again?: (answer: T) => number | undefined;
  },
): Promise<Answer<T>> {
  const { ask: work, again = () => undefined } = question;
  return context.waitForCondition<Answer<T>>(name, (before) => answered(name, before, work), {
    initialState: UNASKED,
    waitStrategy: (state) => {
      const seconds = secondsOf(state, again);
      return seconds === undefined
        ? { shouldContinue: false }
        : { shouldContinue: true, delay: { seconds: Math.max(1, Math.ceil(seconds)) } };
    },
  });
}

/** A worker's invocation is the last when its step is settled, or the incident closed. */
export function againAfter({ status, seconds }: WorkDone): number | undefined {
  return status === 'settled' || status === 'closed' ? undefined : seconds;
}
