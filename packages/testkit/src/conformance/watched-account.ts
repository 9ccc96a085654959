import { type Account, type Operation, StepFailure } from '@cordon/core';

/** A call as the step asked for it: also one that was refused before it reached AWS. */
export interface AskedCall {
  readonly operation: Operation;
  readonly input: object;
  readonly refused: 'UNDECLARED_ACTION' | undefined;
}

/** The account, with every call told to `asked` before its answer reaches the step. */
export function watchedAccount(account: Account, asked: (call: AskedCall) => Promise<void> | void): Account {
  const told = async <T>(operation: Operation, input: object, answer: Promise<T>): Promise<T> => {
    try {
      const value = await answer;
      await asked({ operation, input, refused: undefined });
      return value;
    } catch (error) {
      const undeclared = error instanceof StepFailure && error.code === 'UNDECLARED_ACTION';
      await asked({ operation, input, refused: undeclared ? 'UNDECLARED_ACTION' : undefined });
      throw error;
    }
  };
  return {
    id: account.id,
    region: account.region,
    partition: account.partition,
    principal: () => account.principal(),
    call: (operation, input, options) => told(operation, input, account.call(operation, input, options)),
    presign: (operation, input, options) =>
      told({ ...operation, mutating: false }, input, account.presign(operation, input, options)),
  };
}
