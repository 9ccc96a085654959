import type { SuspectContext } from '../../engine/context.js';
import { allThenThrow, asFailure } from '../calls/failures.js';
import type { Quarantine } from '../containment-facts.js';
import {
  type GroupOptions,
  isAdmitted,
  type QuarantineGroup,
  quarantineGroups,
} from './quarantine-groups.js';
import type { SavedInterface } from './saved-network.js';
import { swapGroups } from './swap-groups.js';

/** Which groups the suspect wears, and where. */
export interface Worn {
  readonly groups: readonly QuarantineGroup[];
  readonly interfaces: Quarantine['interfaces'];
}

function tellKept(ctx: SuspectContext, group: QuarantineGroup, reason: string): void {
  ctx.notice(
    'PREPARED_GROUP_KEPT',
    `${group.groupId} stays, ${reason}: it is everybody's in ${group.vpcId}, so no way to S3 is opened in it`,
  );
}

/** A group of this incident's own, whose endpoints would let the suspect in as well; undefined: the one it wears is better. */
async function ownFor(
  ctx: SuspectContext,
  group: QuarantineGroup,
  given: { readonly options: GroupOptions; readonly saved: readonly SavedInterface[] },
): Promise<QuarantineGroup | undefined> {
  try {
    const { publicSsmCidrs = [] } = given.options;
    const own = await quarantineGroups(ctx, { publicSsmCidrs }).of(group.vpcId);
    const isAsGood = group.ssmVia === 'none' || own.ssmVia === group.ssmVia;
    if (isAsGood && (await isAdmitted(ctx, own, given.saved))) return own;
    tellKept(ctx, group, `since SSM would not be reached out of ${own.groupId}`);
  } catch (error) {
    const failure = asFailure(error);
    // Whether one was made is not known: the next attempt looks.
    if (failure.kind === 'ambiguous' || failure.code === 'ABORTED') throw failure;
    tellKept(ctx, group, `since no other could be made (${failure.code})`);
  }
  return undefined;
}

/**
 * Where a group that lay ready has cut the suspect off, one of this incident's own takes its place: in that one a way to
 * S3 may be opened for a while, which evidence needs, and nobody else wears it. Where none can be had, the ready one stays.
 */
export async function ownInstead(
  ctx: SuspectContext,
  worn: Worn,
  given: { readonly options: GroupOptions; readonly saved: readonly SavedInterface[] },
): Promise<Worn> {
  const ready = worn.groups.filter(({ prepared }) => prepared === true);
  if (ready.length === 0) return worn;
  const pairs = await allThenThrow(
    ready.map((group) => async () => [group.groupId, await ownFor(ctx, group, given)] as const),
  );
  const ownOf = new Map(pairs.flatMap(([id, own]) => (own === undefined ? [] : [[id, own] as const])));
  const swaps = worn.interfaces.flatMap(({ interfaceId, groupId = '' }) => {
    const own = ownOf.get(groupId);
    return own === undefined ? [] : [{ interfaceId, groupId: own.groupId }];
  });
  const ends = await swapGroups(ctx, swaps);
  const interfaces = worn.interfaces.map((one) => {
    const end = ends.find(({ interfaceId }) => interfaceId === one.interfaceId);
    return end?.contained === true ? { ...one, ...end } : one;
  });
  const inUse = new Set(interfaces.map(({ groupId }) => groupId));
  const groups = [...worn.groups, ...ownOf.values()].filter(({ groupId }) => inUse.has(groupId));
  return { groups, interfaces };
}
