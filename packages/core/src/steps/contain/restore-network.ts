import { ec2 } from '../../aws/operations.js';
import { StepFailure } from '../../engine/failure.js';
import type { UndoContext } from '../../engine/step.js';
import { asFailure, isCode, unless } from '../calls/failures.js';
import { interfacesOf } from '../inspect/interfaces.js';
import { DEFAULT_IDLE_TIMEOUT, setIdleTimeout } from './idle-timeout.js';
import { findOwnGroup } from './own-group.js';
import type { SavedInterface, SavedNetwork } from './saved-network.js';
import { UNKNOWN_GROUP } from './swap-groups.js';

export const RESTORE_ACTIONS = [
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSecurityGroups',
  'ec2:ModifyNetworkInterfaceAttribute',
  'ec2:AssociateAddress',
  'ec2:DeleteSecurityGroup',
];

const sameGroups = (one: readonly string[], other: readonly string[]) =>
  [...one].sort().join() === [...other].sort().join();

interface Now {
  readonly interfaceId: string;
  readonly groups: readonly string[];
}

async function interfacesNow(ctx: UndoContext): Promise<ReadonlyMap<string, Now>> {
  const found = await interfacesOf(ctx.suspectAccount, ctx.incident.suspect.instanceId);
  return new Map(
    found.map(({ NetworkInterfaceId: interfaceId = '', Groups = [] }) => [
      interfaceId,
      { interfaceId, groups: Groups.flatMap(({ GroupId: id }) => id ?? []) },
    ]),
  );
}

async function restoreAddresses(ctx: UndoContext, saved: SavedInterface): Promise<readonly string[]> {
  const lost: string[] = [];
  for (const { publicAddress, privateAddress, elastic } of saved.addresses) {
    if (elastic === undefined) {
      lost.push(`${publicAddress} of ${saved.interfaceId} was assigned by AWS and cannot be had again`);
      continue;
    }
    try {
      await ctx.suspectAccount.call(ec2.AssociateAddress, {
        AllocationId: elastic.allocationId,
        NetworkInterfaceId: saved.interfaceId,
        PrivateIpAddress: privateAddress,
        // Somebody else may use it by now.
        AllowReassociation: false,
      });
    } catch (error) {
      const failure = asFailure(error);
      if (failure.kind !== 'permanent') throw failure;
      lost.push(`${publicAddress} of ${saved.interfaceId}: ${failure.code}`);
    }
  }
  return lost;
}

async function restoreGroups(ctx: UndoContext, saved: SavedInterface, now: Now): Promise<readonly string[]> {
  if (sameGroups(saved.groups, now.groups)) return [];
  if (saved.groups.length === 0)
    return [`${saved.interfaceId} was quarantined before this incident and stays so`];
  try {
    await ctx.suspectAccount.call(ec2.ModifyNetworkInterfaceAttribute, {
      NetworkInterfaceId: saved.interfaceId,
      Groups: saved.groups,
    });
    const seconds = saved.idleTimeout ?? DEFAULT_IDLE_TIMEOUT;
    await setIdleTimeout(ctx, { interfaceId: saved.interfaceId, seconds });
    return [];
  } catch (error) {
    if (!isCode(error, ...UNKNOWN_GROUP)) throw error;
    return [`${saved.interfaceId}: a group of ${saved.groups.join(', ')} is gone`];
  }
}

function assertNoDrift(now: Now, saved: SavedInterface, own: ReadonlySet<string>): void {
  const ours = now.groups.every((id) => own.has(id));
  if (ours || sameGroups(saved.groups, now.groups)) return;
  throw StepFailure.permanent(
    'RELEASE_CONFLICT',
    `${saved.interfaceId} wears ${now.groups.join(', ')}: somebody has changed its groups since`,
  );
}

async function ownGroups(ctx: UndoContext, saved: SavedNetwork): Promise<ReadonlySet<string>> {
  const vpcs = [...new Set(saved.interfaces.map(({ vpcId }) => vpcId))];
  const found = await Promise.all(
    vpcs.flatMap((vpcId) =>
      (['quarantine', 'conversion'] as const).map((purpose) => findOwnGroup(ctx, { vpcId, purpose })),
    ),
  );
  return new Set(found.flatMap((id) => id ?? []));
}

async function deleteGroups(ctx: UndoContext, own: ReadonlySet<string>): Promise<readonly string[]> {
  const left: string[] = [];
  for (const id of own)
    try {
      await unless(['InvalidGroup.NotFound'], () =>
        ctx.suspectAccount.call(ec2.DeleteSecurityGroup, { GroupId: id }),
      );
    } catch (error) {
      if (!isCode(error, 'DependencyViolation')) throw error;
      left.push(`${id} is still worn by an interface and was not deleted`);
    }
  return left;
}

/**
 * Undoes `isolate`: addresses first, groups last, then our own groups are deleted.
 *
 * @returns what could not be restored
 * @throws StepFailure `RELEASE_CONFLICT` when somebody has changed the groups since; nothing is changed then
 */
export async function restoreNetwork(ctx: UndoContext, saved: SavedNetwork): Promise<readonly string[]> {
  const [now, own] = await Promise.all([interfacesNow(ctx), ownGroups(ctx, saved)]);
  const there = saved.interfaces.flatMap((one) => {
    const current = now.get(one.interfaceId);
    return current === undefined ? [] : [{ saved: one, now: current }];
  });
  const ours = new Set([...own, ...(saved.ready ?? []).map(({ groupId }) => groupId)]);
  for (const pair of there) assertNoDrift(pair.now, pair.saved, ours);
  const lost = saved.interfaces
    .filter(({ interfaceId }) => !now.has(interfaceId))
    .map(({ interfaceId }) => `${interfaceId} is gone`);
  for (const pair of there) lost.push(...(await restoreAddresses(ctx, pair.saved)));
  for (const pair of there) lost.push(...(await restoreGroups(ctx, pair.saved, pair.now)));
  return [...lost, ...(await deleteGroups(ctx, own))];
}
