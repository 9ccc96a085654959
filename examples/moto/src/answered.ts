import type { Account, AccountRole, CallOptions, Environment, Operation } from '@cordon/core';
import type { Accounts, Lack } from './lacks/lack.ts';
import { MOTO_LACKS } from './lacks/moto-lacks.ts';

function lackOf(operation: Operation, role: AccountRole): Lack | undefined {
  return MOTO_LACKS.find(
    (lack) => lack.operation === operation.id && (lack.role === undefined || lack.role === role),
  );
}

function answeredAccount(account: Account, role: AccountRole, accounts: Accounts): Account {
  const call = async (operation: Operation, input: object, options?: CallOptions): Promise<object> => {
    const answer = lackOf(operation, role)?.answer;
    return answer === undefined ? account.call(operation, input, options) : answer({ accounts, role, input });
  };
  // The operation's phantom type ties input and output together; each lack answers in its operation's form.
  return { ...account, call: call as Account['call'] };
}

/** The same environment, but for the calls that moto lacks: those are answered as `MOTO_LACKS` says. */
export function answered(environment: Environment, accounts: Accounts): Environment {
  return {
    ...environment,
    account: (role, incident) => answeredAccount(environment.account(role, incident), role, accounts),
  };
}
