import type { CreateVolumeCommandInput, Volume } from '@aws-sdk/client-ec2';
import { awsError } from '../errors.js';
import { callerMayUse, findKey, READ_UNDER_KEY, WRITE_UNDER_KEY } from '../kms/keys.js';
import type { Handlers, SimulatedCall } from '../service.js';
import { clientTokens } from './client-tokens.js';
import { defaultEbsKey, ebsDefaultsOf } from './ebs-defaults.js';
import { type FilterTable, filtered } from './filters.js';
import { idError, required } from './not-found.js';
import { paged } from './pages.js';
import { created, tagList } from './resource.js';
import { findSnapshot, type SimulatedSnapshot } from './snapshots.js';
import { specifiedTags } from './tag-specifications.js';
import { type SimulatedVolume, volumesOf } from './volumes.js';

type Ec2 = typeof import('@aws-sdk/client-ec2');
type CreateCall = SimulatedCall<CreateVolumeCommandInput>;

const CREATED_AFTER_MS = 5_000;

export function describeVolume(volume: SimulatedVolume): Volume {
  return {
    VolumeId: volume.id,
    Size: volume.sizeGiB,
    SnapshotId: volume.snapshotId ?? '',
    AvailabilityZone: volume.availabilityZone,
    State: volume.state === 'deleted' ? 'deleting' : volume.state,
    CreateTime: volume.createdAt,
    VolumeType: volume.volumeType as NonNullable<Volume['VolumeType']>, // the SDK's list is never complete
    MultiAttachEnabled: volume.multiAttach,
    Encrypted: volume.kmsKeyArn !== undefined,
    ...(volume.kmsKeyArn === undefined ? {} : { KmsKeyId: volume.kmsKeyArn }),
    Attachments: volume.attachments.map((one) => ({
      VolumeId: volume.id,
      InstanceId: one.instanceId,
      Device: one.device,
      State: one.state,
      AttachTime: one.attachedAt,
      DeleteOnTermination: one.deleteOnTermination,
    })),
    ...(volume.productCode === undefined
      ? {}
      : { ProductCodes: [{ ProductCodeId: volume.productCode, ProductCodeType: 'marketplace' as const }] }),
    Tags: tagList(volume),
  };
}

const FILTERS: FilterTable<Volume> = {
  'attachment.attach-time': (one) => one.Attachments?.map((each) => each.AttachTime),
  'attachment.delete-on-termination': (one) => one.Attachments?.map((each) => each.DeleteOnTermination),
  'attachment.device': (one) => one.Attachments?.map((each) => each.Device),
  'attachment.instance-id': (one) => one.Attachments?.map((each) => each.InstanceId),
  'attachment.status': (one) => one.Attachments?.map((each) => each.State),
  'availability-zone': (one) => one.AvailabilityZone,
  'create-time': (one) => one.CreateTime,
  encrypted: (one) => one.Encrypted,
  'multi-attach-enabled': (one) => one.MultiAttachEnabled,
  size: (one) => one.Size,
  'snapshot-id': (one) => one.SnapshotId,
  status: (one) => one.State,
  'volume-id': (one) => one.VolumeId,
  'volume-type': (one) => one.VolumeType,
};

function source(call: CreateCall): SimulatedSnapshot | undefined {
  const id = call.input.SnapshotId;
  if (id === undefined) return undefined;
  const snapshot = findSnapshot(call.region, id);
  if (snapshot === undefined) throw idError('snap', id);
  if (snapshot.state === 'completed') return snapshot;
  throw awsError('IncorrectState', `Snapshot is in invalid state - ${snapshot.state}`);
}

interface Encryption {
  readonly kmsKeyArn: string | undefined;
  /** EBS will find that it may not use the key, and the volume vanishes. */
  readonly doomed: boolean;
}

function encryption(call: CreateCall, from: SimulatedSnapshot | undefined): Encryption {
  const { Encrypted, KmsKeyId } = call.input;
  const usable = (arn: string, actions: readonly string[]) => {
    const key = findKey(call.region, arn);
    return key !== undefined && callerMayUse(call, key, actions);
  };
  const readable = from?.kmsKeyArn === undefined || usable(from.kmsKeyArn, READ_UNDER_KEY);
  const encrypted =
    from?.kmsKeyArn !== undefined || Encrypted === true || ebsDefaultsOf(call.region).encryptionByDefault;
  if (!encrypted) return { kmsKeyArn: undefined, doomed: false };
  const own = from !== undefined && from.region === call.region ? from.kmsKeyArn : undefined;
  const wanted = KmsKeyId ?? own ?? defaultEbsKey(call.region).arn;
  return {
    kmsKeyArn: findKey(call.region, wanted)?.arn ?? wanted,
    doomed: !readable || !usable(wanted, WRITE_UNDER_KEY),
  };
}

function sizeOf(call: CreateCall, from: SimulatedSnapshot | undefined): number {
  const size = call.input.Size ?? from?.sizeGiB;
  if (size === undefined)
    throw awsError('MissingParameter', 'The request must contain the parameter size/snapshot');
  if (from !== undefined && size < from.sizeGiB) {
    throw awsError(
      'InvalidParameterValue',
      `Volume of size ${size}GB is smaller than snapshot '${from.id}', expect size >= ${from.sizeGiB}GB`,
    );
  }
  return size;
}

function zoneOf(call: CreateCall): string {
  const { AvailabilityZone: zone = '' } = call.input;
  if (new RegExp(`^${call.region.name}[a-c]$`).test(zone)) return zone;
  throw awsError('InvalidZone.NotFound', `The zone '${zone}' does not exist.`);
}

function create(call: CreateCall): SimulatedVolume {
  const from = source(call);
  const { kmsKeyArn, doomed } = encryption(call, from);
  const volume = volumesOf(call.region).add({
    ...created(call.region, call.world.id('vol'), specifiedTags(call.input.TagSpecifications, 'volume')),
    sizeGiB: sizeOf(call, from),
    availabilityZone: zoneOf(call),
    state: 'creating',
    snapshotId: call.input.SnapshotId,
    kmsKeyArn,
    volumeType: call.input.VolumeType ?? 'gp2',
    multiAttach: call.input.MultiAttachEnabled ?? false,
    productCode: undefined,
    createdAt: call.world.now(),
    attachments: [],
    content: from?.content,
  });
  call.world.later(CREATED_AFTER_MS, () => {
    if (doomed) volumesOf(call.region).delete(volume.id);
    else if (volume.state === 'creating') volume.state = 'available';
  });
  return volume;
}

export const volumeHandlers: Handlers<Ec2, 'CreateVolume' | 'DeleteVolume' | 'DescribeVolumes'> = {
  CreateVolume: (call) => {
    const { ClientToken, ...parameters } = call.input;
    const volume = clientTokens(call.region).once(ClientToken, parameters, () => create(call));
    if (volumesOf(call.region).peek(volume.id) === volume) return describeVolume(volume);
    // Deleted, or never made because of its key: unlike an instance it does not come back under its token.
    throw awsError(
      'IdempotentParameterMismatch',
      'The client token you have provided is associated with a resource that is already deleted. Please use a different client token.',
    );
  },

  DeleteVolume: ({ region, input }) => {
    const volume = required(volumesOf(region), 'vol', input.VolumeId);
    const [holder] = volume.attachments;
    if (holder !== undefined) {
      throw awsError('VolumeInUse', `Volume ${volume.id} is currently attached to ${holder.instanceId}`);
    }
    if (!['available', 'error'].includes(volume.state)) {
      throw awsError('IncorrectState', `The volume '${volume.id}' is '${volume.state}'.`);
    }
    volumesOf(region).delete(volume.id);
    return {};
  },

  DescribeVolumes: (call) => {
    const { VolumeIds: ids = [], Filters } = call.input;
    const collection = volumesOf(call.region);
    const wanted = ids.length > 0 ? ids.map((id) => required(collection, 'vol', id)) : collection.visible();
    const { items, next } = paged(call, filtered(wanted.map(describeVolume), Filters, FILTERS), { ids });
    return { Volumes: items, ...next };
  },
};
