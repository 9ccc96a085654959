import type { AccountRole } from '@cordon/core';
import type { PlainAccount } from '../accounts.ts';

/** Both accounts, for what looks beside Cordon's back. */
export type Accounts = Readonly<Record<AccountRole, PlainAccount>>;

/** A call of Cordon's that moto cannot answer as AWS would. */
export interface Asked {
  readonly accounts: Accounts;
  readonly role: AccountRole;
  readonly input: object;
}

/** A call that moto does not answer as AWS does, and what is done about it. */
export interface Lack {
  /** `ec2:LockSnapshot` */
  readonly operation: string;
  /** In which account it matters; both when absent. */
  readonly role?: AccountRole;
  /** What moto lacks. */
  readonly lacks: string;
  /** What the tests do instead, or leave out. */
  readonly instead: string;
  /** Answers in moto's place; absent where moto's own answer goes through. */
  readonly answer?: (asked: Asked) => Promise<object>;
  /** Asks moto itself: whether it lacks this still. */
  readonly isLacking: (accounts: Accounts) => Promise<boolean>;
}

/** Whether moto answers with the error page of what it does not know, instead of with AWS's form. */
export async function isUnknown(asked: Promise<unknown>): Promise<boolean> {
  try {
    await asked;
    return false;
  } catch (error) {
    const { $response } = error as { readonly $response?: { readonly statusCode?: number } }; // as the SDK throws
    return $response?.statusCode === 500;
  }
}

/** AWS's own no, as the SDK throws it. */
export function refusal(code: string, message: string): Error {
  const $metadata = { httpStatusCode: 400, requestId: 'answered-for-moto' };
  return Object.assign(new Error(message), { name: code, $fault: 'client', $metadata });
}

/** A field of an input that moto is not asked with. */
export function textOf(input: object, name: string): string {
  const value: unknown = Reflect.get(input, name);
  return typeof value === 'string' ? value : '';
}
