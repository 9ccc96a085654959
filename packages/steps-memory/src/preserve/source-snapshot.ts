import { type BaseContext, StepFailure } from '@cordon/core';
import { ec2 } from '@cordon/core/aws';
import { listAll, type MemoryImage, unless } from '@cordon/core/steps';

/** The snapshot of the volume with the dump, in the suspect account. */
export type DumpSource = NonNullable<MemoryImage['volume']>;

/** EC2 may take that long to show what was made. */
const SHOWN_WITHIN_MS = 5 * 60_000;

/** Whether the snapshot is complete. @throws StepFailure `SNAPSHOT_ERROR`, `SNAPSHOT_GONE` */
export async function isComplete(ctx: BaseContext, source: DumpSource, since: string): Promise<boolean> {
  const [seen] = await listAll(ctx.suspectAccount, ec2.DescribeSnapshots, {
    input: { OwnerIds: ['self'], Filters: [{ Name: 'snapshot-id', Values: [source.snapshotId] }] },
    items: (page) => page.Snapshots,
  });
  if (seen?.State === 'completed') return true;
  if (seen?.State === 'error')
    throw StepFailure.permanent('SNAPSHOT_ERROR', seen.StateMessage ?? 'EC2 gives no reason');
  if (seen === undefined && ctx.now().getTime() - Date.parse(since) > SHOWN_WITHIN_MS)
    throw StepFailure.permanent('SNAPSHOT_GONE', `${source.snapshotId} is not there any more`);
  const percent = Number.parseInt(seen?.Progress ?? '', 10);
  if (!Number.isNaN(percent)) ctx.progress(percent, 100, 'percent');
  return false;
}

/** Lets the security account make a volume of it. Harmless twice. */
export async function share(ctx: BaseContext, { snapshotId }: DumpSource): Promise<void> {
  await ctx.suspectAccount.call(ec2.ModifySnapshotAttribute, {
    SnapshotId: snapshotId,
    Attribute: 'createVolumePermission',
    CreateVolumePermission: { Add: [{ UserId: ctx.securityAccount.id }] },
  });
}

/** All of the volume is on the snapshot: it need not be paid for any longer. */
export async function deleteSource(ctx: BaseContext, { volumeId }: DumpSource): Promise<void> {
  try {
    await unless(['InvalidVolume.NotFound'], () =>
      ctx.suspectAccount.call(ec2.DeleteVolume, { VolumeId: volumeId }),
    );
  } catch (error) {
    if (!(error instanceof StepFailure) || error.kind !== 'permanent') throw error;
    ctx.notice('VOLUME_LEFT', `${volumeId} is still there: ${error.code}`);
  }
}
