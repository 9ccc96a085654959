import type { Account, BaseContext } from '@cordon/core';
import { type EvidenceSnapshots, ownTags } from '@cordon/core/steps';
import type { CopyBound } from '../snapshots/copy-bound.js';
import { copySnapshot } from '../snapshots/copy-snapshot.js';
import { describeSnapshots } from '../snapshots/describe-snapshots.js';
import { atHome, type Home } from './home.js';

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

async function findCopy(ctx: BaseContext, source: Source, home: Account): Promise<string | null> {
  const Filters = [
    { Name: 'tag:cordon:key', Values: [ctx.key] },
    { Name: `tag:${SOURCE_TAG}`, Values: [source.sourceSnapshotId] },
  ];
  const found = await describeSnapshots(home, { OwnerIds: ['self'], Filters });
  return found.toSorted((a, b) => a.startedAt.localeCompare(b.startedAt))[0]?.snapshotId ?? null;
}

/** Begins the copy of one snapshot, once; EC2 has no client token for it. Undefined while that is not known. */
export function makeCopy(
  ctx: BaseContext,
  source: Source,
  options: CopyBound & Home & { readonly kmsKeyArn: string },
): Promise<string | undefined> {
  // EC2 takes the order in the region that the copy is to lie in.
  const account = atHome(ctx, options);
  const input = {
    SourceRegion: ctx.suspectAccount.region,
    SourceSnapshotId: source.readFromSnapshotId,
    Description: `Evidence of ${ctx.incident.id}`,
    Encrypted: true,
    KmsKeyId: options.kmsKeyArn,
    TagSpecifications: [{ ResourceType: 'snapshot' as const, Tags: tagsOf(ctx, source) }],
  };
  return ctx.makeOnce(`custody of ${source.sourceSnapshotId}`, {
    find: () => findCopy(ctx, source, account),
    make: () => copySnapshot(ctx, { account, bound: options, input }),
  });
}
