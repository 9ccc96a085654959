import { ec2 } from '../../aws/operations.js';
import type { SuspectContext } from '../../engine/context.js';
import { eventually } from '../calls/eventually.js';
import { asFailure, isCode } from '../calls/failures.js';
import { setAgain } from '../calls/set-again.js';

export interface Swap {
  readonly interfaceId: string;
  readonly groupId: string;
}

export type SwapEnd =
  | { readonly interfaceId: string; readonly groupId: string; readonly contained: true }
  | { readonly interfaceId: string; readonly contained: false; readonly reason: string };

/** What EC2 calls a group that it does not know; calls about interfaces have a word of their own. */
export const UNKNOWN_GROUP = [
  'InvalidGroup.NotFound',
  'InvalidGroupId.NotFound',
  'InvalidSecurityGroupID.NotFound',
] as const;

/** Gives an interface this one group and no other. Names a group that was made a moment ago, so EC2 may not know it yet. */
export async function wearGroup(ctx: SuspectContext, { interfaceId, groupId }: Swap): Promise<void> {
  const codes = [...UNKNOWN_GROUP];
  await eventually(ctx, { codes, within: { seconds: 20 } }, () =>
    setAgain(ctx, () =>
      ctx.suspectAccount.call(ec2.ModifyNetworkInterfaceAttribute, {
        NetworkInterfaceId: interfaceId,
        Groups: [groupId],
      }),
    ),
  );
}

async function swapOne(ctx: SuspectContext, swap: Swap): Promise<SwapEnd | undefined> {
  try {
    await wearGroup(ctx, swap);
    return { ...swap, contained: true };
  } catch (error) {
    if (isCode(error, 'InvalidNetworkInterfaceID.NotFound')) return undefined; // detached and deleted meanwhile
    const failure = asFailure(error);
    if (failure.kind !== 'permanent') throw failure;
    // Requester-managed, trunk and EFA interfaces refuse: the others are swapped all the same.
    ctx.gap('PARTLY_CONTAINED', `${swap.interfaceId} keeps its groups: ${failure.code}`);
    return { interfaceId: swap.interfaceId, contained: false, reason: failure.code };
  }
}

/** Swaps all of them at once; one that refuses holds up no other. Interfaces that are gone are left out. */
export async function swapGroups(ctx: SuspectContext, swaps: readonly Swap[]): Promise<readonly SwapEnd[]> {
  const ends = await Promise.allSettled(swaps.map((swap) => swapOne(ctx, swap)));
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw asFailure(failed.reason);
  return ends.flatMap((end) => (end.status === 'fulfilled' ? (end.value ?? []) : []));
}
