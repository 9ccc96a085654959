import type { Snapshot, SnapshotInfo } from '@aws-sdk/client-ec2';
import { awsError, NotSimulated } from '../errors.js';
import type { Handlers, SimulatedCall } from '../service.js';
import { describeSnapshot } from './describe-snapshot.js';
import { type FilterTable, filtered } from './filters.js';
import { imagesOf } from './images.js';
import { instancesOf } from './instances.js';
import { isLocked } from './lock-snapshot.js';
import { makeSnapshot } from './make-snapshot.js';
import { idError, required } from './not-found.js';
import { paged } from './pages.js';
import type { Tags } from './resource.js';
import { findSnapshot, type SimulatedSnapshot, snapshotsOf } from './snapshots.js';
import { specifiedTags } from './tag-specifications.js';
import { contentNow, type SimulatedVolume, volumesOf, volumesOfInstance } from './volumes.js';

type Ec2 = typeof import('@aws-sdk/client-ec2');

/** One snapshot of a volume each so often: https://docs.aws.amazon.com/ebs/latest/userguide/ebs-resource-quotas.html */
const RATE_MS = 15_000;
const MOST_PENDING_PER_VOLUME = 5;

function checkRate(call: SimulatedCall, volume: SimulatedVolume): void {
  const nowMs = call.world.now().getTime();
  const own = snapshotsOf(call.region)
    .all()
    .filter((snapshot) => snapshot.volumeId === volume.id);
  if (own.some((snapshot) => nowMs - snapshot.startedAt.getTime() < RATE_MS)) {
    throw awsError(
      'SnapshotCreationPerVolumeRateExceeded',
      'The maximum per volume CreateSnapshot request rate has been exceeded. Use an increasing or variable sleep interval between requests.',
    );
  }
  if (own.filter((snapshot) => snapshot.state === 'pending').length >= MOST_PENDING_PER_VOLUME) {
    throw awsError(
      'ConcurrentSnapshotLimitExceeded',
      `Maximum allowed in-progress snapshots for a single volume exceeded.`,
    );
  }
}

function snapshotOf(
  call: SimulatedCall,
  volume: SimulatedVolume,
  options: { readonly tags: Tags; readonly description: string },
) {
  const { sizeGiB, kmsKeyArn } = volume;
  const content = contentNow(volume);
  return makeSnapshot(call.region, { volumeId: volume.id, sizeGiB, kmsKeyArn, content, ...options });
}

function info(snapshot: SimulatedSnapshot): SnapshotInfo {
  const {
    SnapshotId,
    VolumeId,
    VolumeSize,
    State,
    Progress,
    StartTime,
    OwnerId,
    Description,
    Encrypted,
    Tags: own,
  } = describeSnapshot(snapshot);
  return {
    SnapshotId,
    VolumeId,
    VolumeSize,
    State,
    Progress,
    StartTime,
    OwnerId,
    Description,
    Encrypted,
    Tags: own,
  };
}

const FILTERS: FilterTable<Snapshot> = {
  description: (one) => one.Description,
  encrypted: (one) => one.Encrypted,
  'owner-id': (one) => one.OwnerId,
  progress: (one) => one.Progress,
  'snapshot-id': (one) => one.SnapshotId,
  'start-time': (one) => one.StartTime,
  status: (one) => one.State,
  'storage-tier': (one) => one.StorageTier,
  'volume-id': (one) => one.VolumeId,
  'volume-size': (one) => one.VolumeSize,
};

function visibleTo(call: SimulatedCall): readonly SimulatedSnapshot[] {
  const foreign = call.world
    .accounts()
    .filter((account) => account !== call.account)
    .flatMap((account) => snapshotsOf(account.region(call.region.name)).visible())
    .filter((snapshot) => snapshot.sharedWith.has(call.account.id) || snapshot.sharedWith.has('all'));
  return [...snapshotsOf(call.region).visible(), ...foreign];
}

function ownedBy(call: SimulatedCall, owners: readonly string[] | undefined) {
  const wanted = (owners ?? []).map((owner) => (owner === 'self' ? call.account.id : owner));
  return (snapshot: Snapshot) => wanted.length === 0 || wanted.includes(snapshot.OwnerId ?? '');
}

function chosenVolumes(
  call: SimulatedCall,
  instanceId: string,
  options: { readonly boot: boolean; readonly without: readonly string[] },
) {
  const instance = required(instancesOf(call.region), 'i', instanceId);
  if (instance.state === 'terminated' || instance.state === 'shutting-down') {
    throw awsError(
      'IncorrectInstanceState',
      `The instance '${instance.id}' is not in a valid state for this operation.`,
    );
  }
  const isRoot = (volume: SimulatedVolume) =>
    volume.attachments.some(
      (one) => one.instanceId === instance.id && one.device === instance.rootDeviceName,
    );
  const volumes = volumesOfInstance(call.region, instance.id).filter((volume) => {
    return (options.boot || !isRoot(volume)) && !options.without.includes(volume.id);
  });
  if (volumes.length > 0) return volumes;
  throw awsError('InvalidParameterValue', `The instance '${instance.id}' has no volumes to snapshot.`);
}

export const snapshotHandlers: Handlers<
  Ec2,
  'CreateSnapshot' | 'CreateSnapshots' | 'DescribeSnapshots' | 'DeleteSnapshot'
> = {
  CreateSnapshot: (call) => {
    const volume = required(volumesOf(call.region), 'vol', call.input.VolumeId);
    if (!['available', 'in-use'].includes(volume.state)) {
      throw awsError('IncorrectState', `Volume '${volume.id}' is in the '${volume.state}' state.`);
    }
    const tags = specifiedTags(call.input.TagSpecifications, 'snapshot');
    checkRate(call, volume);
    return describeSnapshot(snapshotOf(call, volume, { tags, description: call.input.Description ?? '' }));
  },

  CreateSnapshots: (call) => {
    const { InstanceSpecification, Description: description = '', CopyTagsFromSource } = call.input;
    const tags = specifiedTags(call.input.TagSpecifications, 'snapshot');
    const volumes = chosenVolumes(call, InstanceSpecification?.InstanceId ?? '', {
      boot: InstanceSpecification?.ExcludeBootVolume !== true,
      without: InstanceSpecification?.ExcludeDataVolumeIds ?? [],
    });
    for (const volume of volumes) checkRate(call, volume);
    const made = volumes.map((volume) => {
      const inherited = CopyTagsFromSource === 'volume' ? Object.fromEntries(volume.tags) : {};
      return snapshotOf(call, volume, { tags: { ...inherited, ...tags }, description });
    });
    return { Snapshots: made.map(info) };
  },

  DescribeSnapshots: (call) => {
    const { SnapshotIds: ids = [], OwnerIds, Filters, RestorableByUserIds } = call.input;
    if (RestorableByUserIds?.some((id) => id !== 'self')) {
      throw new NotSimulated('RestorableByUserIds with other accounts');
    }
    const wanted = ids.map((id) => findSnapshot(call.region, id) ?? idError('snap', id));
    for (const one of wanted) if (one instanceof Error) throw one;
    const all = visibleTo(call).filter((one) => ids.length === 0 || ids.includes(one.id));
    const described = all
      .map((one) => ({ ...describeSnapshot(one), ...(one.region === call.region ? {} : { Tags: [] }) }))
      .filter(ownedBy(call, OwnerIds));
    const { items, next } = paged(call, filtered(described, Filters, FILTERS), { ids });
    return { Snapshots: items, ...next };
  },

  DeleteSnapshot: ({ region, input }) => {
    const snapshot = required(snapshotsOf(region), 'snap', input.SnapshotId);
    const image = imagesOf(region)
      .all()
      .find((one) => one.snapshotIds.includes(snapshot.id));
    if (image !== undefined) {
      throw awsError(
        'InvalidSnapshot.InUse',
        `The snapshot ${snapshot.id} is currently in use by ${image.id}`,
      );
    }
    if (isLocked(snapshot)) {
      throw awsError('SnapshotLocked', `The snapshot ${snapshot.id} is locked and can't be deleted.`);
    }
    snapshotsOf(region).delete(snapshot.id);
    return {};
  },
};
