import { type Account, type CallOptions, type Environment, type Operation, StepFailure } from '@cordon/core';

/** Which calls had their answer lost, in order. */
export interface Losses {
  readonly lost: readonly string[];
}

/**
 * The same environment with a bad line: of every operation that changes something, the first call has its effect, and
 * its answer never comes.
 */
export function losing(environment: Environment): { readonly environment: Environment } & Losses {
  const lost: string[] = [];

  function overBadLine(account: Account): Account {
    const call = async (operation: Operation, input: object, options?: CallOptions): Promise<object> => {
      const answer = await account.call(operation, input, options);
      if (!operation.mutating || lost.includes(operation.id)) return answer;
      lost.push(operation.id);
      throw StepFailure.ambiguous('TimeoutError', `${operation.id}: no answer came`);
    };
    // The operation's phantom type ties input and output together; answers are passed on as they are.
    return { ...account, call: call as Account['call'] };
  }

  return {
    lost,
    environment: {
      ...environment,
      account: (role, incident) => overBadLine(environment.account(role, incident)),
    },
  };
}
