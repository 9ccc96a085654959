import type { Account } from '../../engine/account.js';
import type { Suspect } from '../../engine/finding.js';
import { isCode } from '../calls/failures.js';
import type { Instance } from '../facts.js';
import { inspect } from './inspect.js';

interface Ending {
  readonly status: 'done' | 'waiting';
  readonly facts?: { readonly instance: Instance };
}

/**
 * What `inspect` would see, outside of a run: for the estimates of a plan. Reads only; what may not be read is left out.
 *
 * @returns undefined when there is no such instance, or when it is only just starting
 */
export async function lookBeforehand(account: Account, suspect: Suspect): Promise<Instance | undefined> {
  const context = {
    suspectAccount: account,
    incident: { suspect },
    now: () => new Date(),
    notice: () => undefined,
    gap: () => undefined,
    done: (facts: object) => ({ status: 'done', facts }),
    waiting: () => ({ status: 'waiting' }),
  };
  try {
    // The step's own ending: it provides `instance` and nothing else.
    const ending = (await inspect().run.start(context, { suspect })) as Ending;
    return ending.facts?.instance;
  } catch (error) {
    if (isCode(error, 'SUSPECT_NOT_FOUND')) return undefined;
    throw error;
  }
}
