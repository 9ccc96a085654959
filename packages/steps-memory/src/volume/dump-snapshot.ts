import { StepFailure, type SuspectContext } from '@cordon/core';
import { ec2 } from '@cordon/core/aws';
import { eventually, listAll, neutralTags } from '@cordon/core/steps';
import type { DumpVolume } from './dump-volume.js';

/** Days for which nobody without the right to unlock them may delete it: an intruder with the account's rights would. */
const LOCK_DAYS = 7;

/** The snapshot that an earlier call has made: of this volume, which is ours alone. */
async function find(ctx: SuspectContext, { volumeId }: DumpVolume): Promise<string | null> {
  const [tag] = neutralTags(ctx);
  const found = await listAll(ctx.suspectAccount, ec2.DescribeSnapshots, {
    input: {
      OwnerIds: ['self'],
      Filters: [
        { Name: 'volume-id', Values: [volumeId] },
        { Name: `tag:${tag?.Key}`, Values: [tag?.Value ?? ''] },
      ],
    },
    items: (page) => page.Snapshots,
  });
  const [oldest] = found.toSorted((a, b) => (a.StartTime?.getTime() ?? 0) - (b.StartTime?.getTime() ?? 0));
  return oldest?.SnapshotId ?? null;
}

async function make(ctx: SuspectContext, { volumeId }: DumpVolume): Promise<string> {
  const { SnapshotId: id } = await ctx.suspectAccount.call(ec2.CreateSnapshot, {
    VolumeId: volumeId,
    // Says nothing to an intruder who reads the list of snapshots.
    Description: 'Managed baseline',
    TagSpecifications: [{ ResourceType: 'snapshot', Tags: neutralTags(ctx) }],
  });
  if (id === undefined) throw StepFailure.ambiguous('NO_SNAPSHOT_ID', 'ec2:CreateSnapshot gave no id');
  return id;
}

/** Not shown yet; and where a policy asks for our tag, not shown with it. */
const NOT_YET = ['InvalidSnapshot.NotFound', 'UnauthorizedOperation'];

/** Locks what is still pending. Where that is refused the snapshot is there all the same: it is told. */
async function lock(ctx: SuspectContext, snapshotId: string): Promise<void> {
  try {
    await eventually(ctx, { codes: NOT_YET, within: { seconds: 15 } }, () =>
      ctx.suspectAccount.call(ec2.LockSnapshot, {
        SnapshotId: snapshotId,
        LockMode: 'governance',
        LockDuration: LOCK_DAYS,
      }),
    );
  } catch (error) {
    if (!(error instanceof StepFailure) || error.code === 'UNDECLARED_ACTION') throw error;
    ctx.notice('SNAPSHOT_NOT_LOCKED', `${snapshotId}: ${error.code}`);
  }
}

/** The snapshot of the volume, once, locked; undefined: it is not known yet whether there is one. */
export async function snapshotOnce(ctx: SuspectContext, volume: DumpVolume): Promise<string | undefined> {
  const id = await ctx.makeOnce('memory snapshot', {
    find: () => find(ctx, volume),
    make: () => make(ctx, volume),
  });
  if (id !== undefined) await lock(ctx, id);
  return id;
}
