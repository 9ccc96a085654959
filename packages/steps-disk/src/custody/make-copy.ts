import { type BaseContext, StepFailure } from '@cordon/core';
import { ec2 } from '@cordon/core/aws';
import { type EvidenceSnapshots, ownTags } from '@cordon/core/steps';
import { describeSnapshots } from '../snapshots/describe-snapshots.js';

type Source = EvidenceSnapshots[number];

/** The volume of a copy is arbitrary: lineage stands in its tags. */
const SOURCE_TAG = 'cordon:source-snapshot';

function tagsOf(ctx: BaseContext, source: Source) {
  const lineage = [
    { Key: SOURCE_TAG, Value: source.sourceSnapshotId },
    { Key: 'cordon:source-volume', Value: source.volumeId },
  ];
  return [...ownTags(ctx, 'custody'), ...lineage];
}

async function findCopy(ctx: BaseContext, source: Source): Promise<string | null> {
  const Filters = [
    { Name: 'tag:cordon:key', Values: [ctx.key] },
    { Name: `tag:${SOURCE_TAG}`, Values: [source.sourceSnapshotId] },
  ];
  const found = await describeSnapshots(ctx.securityAccount, { OwnerIds: ['self'], Filters });
  return found.toSorted((a, b) => a.startedAt.localeCompare(b.startedAt))[0]?.snapshotId ?? null;
}

/** Begins the copy of one snapshot, once; EC2 has no client token for it. Undefined while that is not known. */
export function makeCopy(ctx: BaseContext, source: Source, kmsKeyArn: string): Promise<string | undefined> {
  return ctx.makeOnce(`custody of ${source.sourceSnapshotId}`, {
    find: () => findCopy(ctx, source),
    make: async () => {
      const { SnapshotId } = await ctx.securityAccount.call(ec2.CopySnapshot, {
        SourceRegion: ctx.suspectAccount.region,
        SourceSnapshotId: source.readFromSnapshotId,
        Description: `Evidence of ${ctx.incident.id}`,
        Encrypted: true,
        KmsKeyId: kmsKeyArn,
        TagSpecifications: [{ ResourceType: 'snapshot', Tags: tagsOf(ctx, source) }],
      });
      if (SnapshotId === undefined)
        throw StepFailure.ambiguous('NO_SNAPSHOT_ID', 'ec2:CopySnapshot gave no id');
      return SnapshotId;
    },
  });
}
