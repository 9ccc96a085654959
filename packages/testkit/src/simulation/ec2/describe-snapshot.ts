import type { Snapshot } from '@aws-sdk/client-ec2';
import { tagList } from './resource.js';
import { progressOf, type SimulatedSnapshot } from './snapshots.js';

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
    Tags: tagList(snapshot),
  };
}
