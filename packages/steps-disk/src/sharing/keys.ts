import type { Account, BaseContext } from '@cordon/core';
import { kms } from '@cordon/core/aws';
import { isCode } from '@cordon/core/steps';

/** What a snapshot's key lets us do with it. */
export type KeyStanding =
  /** Not encrypted. */
  | { readonly is: 'none' }
  /** A customer key that the security account may use. */
  | { readonly is: 'shared' }
  /** A customer key that only the suspect account may use. */
  | { readonly is: 'not-shared' }
  /** The account's default key, which AWS lets nobody share. */
  | { readonly is: 'aws-managed' }
  /** Disabled or about to be deleted: every copy fails, and the volume lives only until its key is asked for again. */
  | { readonly is: 'dying'; readonly state: string };

const DENIED = ['AccessDeniedException', 'AccessDenied', 'NotFoundException'];

async function stateOf(account: Account, key: string) {
  const { KeyMetadata: found } = await account.call(kms.DescribeKey, { KeyId: key });
  return { manager: found?.KeyManager, state: found?.KeyState ?? 'Unknown' };
}

/** Whether the key's policy lets the security account see it, and so, as policies are written, use it. */
async function isShared(ctx: BaseContext, key: string): Promise<boolean> {
  try {
    await stateOf(ctx.securityAccount, key);
    return true;
  } catch (error) {
    if (isCode(error, ...DENIED)) return false;
    throw error;
  }
}

/** What can be done with a snapshot under this key. KMS itself says no only later, as the state of a copy. */
export async function standingOf(ctx: BaseContext, key: string | undefined): Promise<KeyStanding> {
  if (key === undefined) return { is: 'none' };
  try {
    const { manager, state } = await stateOf(ctx.suspectAccount, key);
    if (state !== 'Enabled') return { is: 'dying', state };
    if (manager === 'AWS') return { is: 'aws-managed' };
  } catch (error) {
    // The suspect's own account may not describe it: a key of a third account.
    if (!isCode(error, ...DENIED)) throw error;
  }
  return { is: (await isShared(ctx, key)) ? 'shared' : 'not-shared' };
}
