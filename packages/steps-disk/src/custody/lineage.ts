import type { Account, BaseContext } from '@cordon/core';
import type { CustodySnapshots, EvidenceSnapshots, Instance, Snapshots } from '@cordon/core/steps';
import { describeSnapshots, type Snapshot } from '../snapshots/describe-snapshots.js';
import { atHome } from './home.js';

type Link = NonNullable<CustodySnapshots[number]['lineage']>[number];

/** What the steps before have told of the disks. */
export interface Known {
  readonly sources: EvidenceSnapshots;
  readonly snapshots: Snapshots | undefined;
  readonly instance: Instance | undefined;
}

/** One copy, and what it was made from. */
export interface Copied {
  readonly source: EvidenceSnapshots[number];
  readonly custodySnapshotId: string;
}

type LooksById = ReadonlyMap<string, Snapshot>;

function timesAndKey(seen: Snapshot | undefined): Pick<Link, 'kmsKeyId' | 'startedAt' | 'completedAt'> {
  if (seen === undefined) return {};
  const { kmsKeyId, startedAt, completedAt } = seen;
  return {
    ...(kmsKeyId === undefined ? {} : { kmsKeyId }),
    startedAt,
    ...(completedAt === undefined ? {} : { completedAt }),
  };
}

/** The volume and its snapshot: a key that EC2 does not tell us of the snapshot is that of its volume. */
function originals(place: Pick<Link, 'account' | 'region'>, source: Copied['source'], known: Known): Link[] {
  const { volumeId, sizeGiB, sourceSnapshotId } = source;
  const key = known.instance?.volumes.find((one) => one.volumeId === volumeId)?.kmsKeyId;
  const startedAt = known.snapshots?.find((one) => one.snapshotId === sourceSnapshotId)?.startedAt;
  const under = key === undefined ? {} : { kmsKeyId: key };
  const begun = startedAt === undefined ? {} : { startedAt };
  return [
    { is: 'volume', id: volumeId, ...place, sizeGiB, ...under },
    { is: 'snapshot', id: sourceSnapshotId, ...place, sizeGiB, ...under, ...begun },
  ];
}

function linksOf(
  ctx: BaseContext,
  { source, custodySnapshotId }: Copied,
  known: Known & { readonly seen: LooksById; readonly home: Account },
) {
  const theirs = { account: ctx.suspectAccount.id, region: ctx.suspectAccount.region };
  const ours = { account: known.home.id, region: known.home.region };
  const { sizeGiB, sourceSnapshotId, readFromSnapshotId } = source;
  const told = (id: string) => timesAndKey(known.seen.get(id));
  const first = originals(theirs, source, known).map(
    (link): Link => (link.is === 'snapshot' ? { ...link, ...told(sourceSnapshotId) } : link),
  );
  const between: Link[] =
    readFromSnapshotId === sourceSnapshotId
      ? []
      : [{ is: 'intermediate', id: readFromSnapshotId, ...theirs, sizeGiB, ...told(readFromSnapshotId) }];
  const last: Link = {
    is: 'custody',
    id: custodySnapshotId,
    ...ours,
    sizeGiB: known.seen.get(custodySnapshotId)?.sizeGiB ?? sizeGiB,
    ...told(custodySnapshotId),
  };
  return [...first, ...between, last];
}

/** From each suspect's volume to the copy that is kept: ids, accounts, sizes, keys, times, as EC2 tells them now. */
export async function lineages(
  ctx: BaseContext,
  copied: readonly Copied[],
  known: Known & { readonly home: Account },
): Promise<ReadonlyMap<string, readonly Link[]>> {
  const describe = (account: Account, ids: readonly string[]) =>
    describeSnapshots(account, {
      // Two owners, named: without them EC2 would search all public snapshots.
      OwnerIds: [ctx.securityAccount.id, ctx.suspectAccount.id],
      Filters: [{ Name: 'snapshot-id', Values: [...ids] }],
    });
  const sources = copied.map(({ source }) => source.readFromSnapshotId);
  const copies = copied.map(({ custodySnapshotId }) => custodySnapshotId);
  const isHere = known.home.region === ctx.suspectAccount.region;
  const found = isHere
    ? await describe(known.home, [...sources, ...copies])
    : [
        ...(await describe(atHome(ctx, { region: ctx.suspectAccount.region }), sources)),
        ...(await describe(known.home, copies)),
      ];
  const seen = new Map(found.map((one) => [one.snapshotId, one]));
  return new Map(copied.map((one) => [one.custodySnapshotId, linksOf(ctx, one, { ...known, seen })]));
}
