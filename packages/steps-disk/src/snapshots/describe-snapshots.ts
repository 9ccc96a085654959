import type { Account } from '@cordon/core';
import { ec2 } from '@cordon/core/aws';
import { listAll } from '@cordon/core/steps';

export type SnapshotState = 'pending' | 'completed' | 'error' | 'recoverable' | 'recovering';

/** A snapshot as we use it. */
export interface Snapshot {
  readonly snapshotId: string;
  readonly volumeId: string;
  readonly sizeGiB: number;
  readonly encrypted: boolean;
  readonly kmsKeyId: string | undefined;
  readonly startedAt: string;
  readonly completedAt: string | undefined;
  readonly state: SnapshotState;
  /** 0 to 100. */
  readonly percent: number;
  /** EC2's words when the state is `error`: that is where KMS says no. */
  readonly message: string | undefined;
}

export interface SnapshotQuery {
  readonly SnapshotIds?: string[];
  readonly OwnerIds?: string[];
  readonly Filters?: { Name: string; Values: string[] }[];
}

/** `37%`; absent until EC2 has begun to copy. */
function percentOf(progress: string | undefined): number {
  const percent = Number.parseInt(progress ?? '', 10);
  return Number.isNaN(percent) ? 0 : Math.min(100, Math.max(0, percent));
}

/** All pages of DescribeSnapshots, without what has no id. */
export async function describeSnapshots(
  account: Account,
  query: SnapshotQuery,
): Promise<readonly Snapshot[]> {
  const found = await listAll(account, ec2.DescribeSnapshots, {
    input: query,
    items: (page) => page.Snapshots,
  });
  return found.flatMap((one) =>
    one.SnapshotId === undefined
      ? []
      : [
          {
            snapshotId: one.SnapshotId,
            volumeId: one.VolumeId ?? '',
            sizeGiB: one.VolumeSize ?? 0,
            encrypted: one.Encrypted ?? false,
            kmsKeyId: one.KmsKeyId,
            startedAt: (one.StartTime ?? new Date(0)).toISOString(),
            completedAt: one.CompletionTime?.toISOString(),
            // EC2 has no other states.
            state: (one.State ?? 'pending') as SnapshotState,
            percent: one.State === 'completed' ? 100 : percentOf(one.Progress),
            message: one.StateMessage,
          },
        ],
  );
}
