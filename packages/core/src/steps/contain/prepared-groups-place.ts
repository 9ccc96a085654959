import * as v from 'valibot';
import { s3 } from '../../aws/operations.js';
import type { Account } from '../../engine/account.js';
import type { SuspectContext } from '../../engine/context.js';
import { asFailure } from '../calls/failures.js';
import { PreparedGroup } from './prepared-group.js';

/** Where the security account keeps which groups lie ready: a bucket of its own, one object for each account and region. */
export interface PreparedGroupsPlace {
  readonly bucket: string;
  /** Before `ACCOUNT/REGION.json`. Default `PREPARED_GROUPS_PREFIX`. */
  readonly prefix?: string;
}

export const PREPARED_GROUPS_PREFIX = 'quarantine-groups/';

export const PREPARED_GROUPS_ACTIONS = ['s3:GetObject'] as const;

const Kept = v.object({ groups: v.array(PreparedGroup) });

interface Where {
  /** Twelve digits, of the suspect account. */
  readonly account: string;
  readonly region: string;
}

function objectOf(
  { bucket, prefix = PREPARED_GROUPS_PREFIX }: PreparedGroupsPlace,
  { account, region }: Where,
) {
  return { Bucket: bucket, Key: `${prefix}${account}/${region}.json` };
}

/** Writes down which groups lie ready in an account's region, for `isolate` of the incidents to come. Needs `s3:PutObject`. */
export async function keepPreparedGroups(
  securityAccount: Account,
  place: PreparedGroupsPlace,
  { groups, ...where }: Where & { readonly groups: readonly PreparedGroup[] },
): Promise<void> {
  const kept: v.InferInput<typeof Kept> = { groups: [...groups] };
  await securityAccount.call(s3.PutObject, {
    ...objectOf(place, where),
    ExpectedBucketOwner: securityAccount.id,
    ContentType: 'application/json',
    Body: JSON.stringify(kept),
  });
}

/** Containment does not wait longer for what would only make it faster. */
const PATIENCE = { seconds: 3 };

async function textOf(ctx: SuspectContext, place: PreparedGroupsPlace): Promise<string> {
  const { id: account, region } = ctx.suspectAccount;
  const patience = new AbortController();
  ctx.sleep(PATIENCE).then(
    () => patience.abort(),
    () => undefined,
  );
  const input = { ...objectOf(place, { account, region }), ExpectedBucketOwner: ctx.securityAccount.id };
  const { Body } = await ctx.securityAccount.call(s3.GetObject, input, { signal: patience.signal });
  return (await Body?.transformToString('utf-8')) ?? '';
}

/** The groups that lie ready in the suspect's account and region; none where that cannot be read, which is told. */
export async function readPreparedGroups(
  ctx: SuspectContext,
  place: PreparedGroupsPlace,
): Promise<readonly PreparedGroup[]> {
  try {
    return v.parse(Kept, JSON.parse(await textOf(ctx, place))).groups;
  } catch (error) {
    const { code, message } = asFailure(error);
    if (code === 'UNDECLARED_ACTION') throw error;
    if (code !== 'NoSuchKey') ctx.notice('PREPARED_GROUPS_NOT_READ', `${code}: ${message}`);
    return [];
  }
}
