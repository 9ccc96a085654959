import { ec2, kms } from '../../aws/operations.js';
import type { SuspectContext } from '../../engine/context.js';
import { optional } from '../calls/failures.js';
import { listAll } from '../calls/list-all.js';
import type { Instance, MemoryImage, Snapshots } from '../facts.js';
import { describeInstance } from '../inspect/describe-instance.js';
import { type StopSituation, stopObstacles } from './stop-obstacles.js';

export const STOP_ACTIONS = [
  'ec2:DescribeInstances',
  'ec2:DescribeSnapshots',
  'ec2:DescribeSpotInstanceRequests',
  'ec2:ModifyInstanceAttribute',
  'ec2:StopInstances',
  'kms:DescribeKey',
];

export interface StopOptions {
  /** Why the memory may be lost without an image of it. Default: it may not. */
  readonly withoutMemoryBecause?: string;
  /** Why the instance store may be lost. Default: it may not. */
  readonly withoutInstanceStoreBecause?: string;
}

export interface StopFacts {
  readonly instance: Instance | undefined;
  readonly memoryImage: MemoryImage | undefined;
  readonly snapshots: Snapshots | undefined;
}

async function snapshotState(ctx: SuspectContext, facts: StopFacts): Promise<StopSituation['snapshots']> {
  const { snapshots, instance } = facts;
  const covered = new Set(snapshots?.map(({ volumeId }) => volumeId));
  const all = instance?.volumes.every(({ volumeId }) => covered.has(volumeId)) ?? false;
  if (snapshots === undefined || !all) return 'none';
  const found = await listAll(ctx.suspectAccount, ec2.DescribeSnapshots, {
    input: { SnapshotIds: snapshots.map(({ snapshotId }) => snapshotId) },
    items: (page) => page.Snapshots,
  });
  const completed = found.filter(({ State }) => State === 'completed').length;
  return completed === snapshots.length ? 'completed' : 'pending';
}

async function deadKeys(ctx: SuspectContext, instance: Instance | undefined): Promise<readonly string[]> {
  const keys = [...new Set((instance?.volumes ?? []).flatMap(({ kmsKeyId }) => kmsKeyId ?? []))];
  const states = await Promise.all(
    keys.map((key) =>
      optional(ctx, `state of ${key}`, {
        from: async () =>
          (await ctx.suspectAccount.call(kms.DescribeKey, { KeyId: key })).KeyMetadata?.KeyState,
        instead: undefined,
      }),
    ),
  );
  // A key whose state may not be read counts as dying: a stop cannot be taken back.
  return keys.filter((_, index) => states[index] !== 'Enabled');
}

async function oneTimeSpot(ctx: SuspectContext): Promise<StopSituation['oneTimeSpot']> {
  const found = await describeInstance(ctx.suspectAccount, ctx.incident.suspect);
  const request = found.SpotInstanceRequestId;
  if (found.InstanceLifecycle !== 'spot' || request === undefined) return 'no';
  const answer = await optional(ctx, 'Spot request', {
    from: () =>
      ctx.suspectAccount.call(ec2.DescribeSpotInstanceRequests, { SpotInstanceRequestIds: [request] }),
    instead: undefined,
  });
  const type = answer?.SpotInstanceRequests?.[0]?.Type;
  if (type === undefined) return 'unknown';
  return type === 'one-time' ? 'yes' : 'no';
}

async function situationOf(
  ctx: SuspectContext,
  facts: StopFacts,
  options: StopOptions,
): Promise<StopSituation> {
  const [snapshots, keys, spot] = await Promise.all([
    snapshotState(ctx, facts),
    deadKeys(ctx, facts.instance),
    oneTimeSpot(ctx),
  ]);
  return {
    instance: facts.instance,
    memoryImage: facts.memoryImage,
    memoryWaivedBecause: options.withoutMemoryBecause,
    instanceStoreWaivedBecause: options.withoutInstanceStoreBecause,
    snapshots,
    deadKeys: keys,
    oneTimeSpot: spot,
  };
}

/**
 * Stops the suspect, where that destroys nothing; else says what it would destroy. Without the system's shutdown: that
 * would run the intruder's shutdown units.
 *
 * @returns whether it was stopped
 */
export async function stopSuspect(
  ctx: SuspectContext,
  facts: StopFacts,
  options: StopOptions,
): Promise<'stopped' | 'running'> {
  const obstacles = stopObstacles(await situationOf(ctx, facts, options));
  if (obstacles.length > 0) {
    ctx.gap('STOP_WOULD_DESTROY', obstacles.join('; '));
    return 'running';
  }
  const { instanceId } = ctx.incident.suspect;
  // `protect` has forbidden it, to everybody.
  await ctx.suspectAccount.call(ec2.ModifyInstanceAttribute, {
    InstanceId: instanceId,
    DisableApiStop: { Value: false },
  });
  await ctx.suspectAccount.call(ec2.StopInstances, { InstanceIds: [instanceId], SkipOsShutdown: true });
  return 'stopped';
}
