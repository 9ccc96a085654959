import type { Snapshot } from '@aws-sdk/client-ec2';
import { tagList } from './resource.js';
import { progressOf, type SimulatedSnapshot } from './snapshots.js';

/** Only of copies. */
function transfer({ copiedFrom, boundMinutes }: SimulatedSnapshot): Partial<Snapshot> {
  if (copiedFrom === undefined) return {};
  if (boundMinutes === undefined) return { TransferType: 'standard' };
  return { TransferType: 'time-based', CompletionDurationMinutes: boundMinutes };
}

/** A snapshot as EC2 answers it, to its owner or to whom it is shared with. */
export function describeSnapshot(snapshot: SimulatedSnapshot): Snapshot {
  return {
    SnapshotId: snapshot.id,
    VolumeId: snapshot.volumeId,
    VolumeSize: snapshot.sizeGiB,
    State: snapshot.state,
    ...(snapshot.stateMessage === undefined ? {} : { StateMessage: snapshot.stateMessage }),
    Progress: progressOf(snapshot),
    StartTime: snapshot.startedAt,
    ...(snapshot.state === 'completed' ? { CompletionTime: snapshot.endsAt } : {}),
    OwnerId: snapshot.region.account.id,
    Description: snapshot.description,
    Encrypted: snapshot.kmsKeyArn !== undefined,
    ...(snapshot.kmsKeyArn === undefined ? {} : { KmsKeyId: snapshot.kmsKeyArn }),
    StorageTier: 'standard',
    ...transfer(snapshot),
    Tags: tagList(snapshot),
  };
}
