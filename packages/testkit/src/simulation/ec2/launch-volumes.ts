import { awsError } from '../errors.js';
import type { SimulatedImage } from './images.js';
import type { SimulatedInstance } from './instances.js';
import { idError } from './not-found.js';
import type { LaunchCall } from './run-instances.js';
import { findSnapshot } from './snapshots.js';
import { specifiedTags } from './tag-specifications.js';
import { addVolume } from './volumes.js';

type Mapping = NonNullable<LaunchCall['input']['BlockDeviceMappings']>[number];

/** The snapshots that the request names must be there and done. */
export function checkMappings(call: LaunchCall): void {
  for (const { Ebs } of call.input.BlockDeviceMappings ?? []) {
    if (Ebs?.SnapshotId === undefined) continue;
    const snapshot = findSnapshot(call.region, Ebs.SnapshotId);
    if (snapshot === undefined) throw idError('snap', Ebs.SnapshotId);
    if (snapshot.state !== 'completed')
      throw awsError('IncorrectState', `Snapshot is in invalid state - ${snapshot.state}`);
  }
}

function attach(
  call: LaunchCall,
  instance: SimulatedInstance,
  mapping: Mapping & { readonly content: unknown },
): void {
  const { DeviceName: device = '', Ebs, content } = mapping;
  const from = Ebs?.SnapshotId === undefined ? undefined : findSnapshot(call.region, Ebs.SnapshotId);
  const volume = addVolume(call.region, {
    sizeGiB: Ebs?.VolumeSize ?? from?.sizeGiB ?? 8,
    availabilityZone: instance.availabilityZone,
    volumeType: Ebs?.VolumeType ?? 'gp3',
    content: from?.content ?? content,
    tags: specifiedTags(call.input.TagSpecifications, 'volume', [
      'instance',
      'network-interface',
      'spot-instances-request',
    ]),
    ...(from?.kmsKeyArn === undefined ? {} : { kmsKeyArn: from.kmsKeyArn }),
    ...(Ebs?.SnapshotId === undefined ? {} : { snapshotId: Ebs.SnapshotId }),
  });
  volume.state = 'in-use';
  volume.attachments.push({
    instanceId: instance.id,
    device,
    state: 'attached',
    attachedAt: call.world.now(),
    // EC2's default for what a launch makes.
    deleteOnTermination: Ebs?.DeleteOnTermination ?? true,
  });
}

/** The root volume from the image, as the request changes it, and the others it names. */
export function addLaunchVolumes(call: LaunchCall, instance: SimulatedInstance, image: SimulatedImage): void {
  const mappings = call.input.BlockDeviceMappings ?? [];
  const root = mappings.find((mapping) => mapping.DeviceName === image.rootDeviceName);
  const VolumeSize = root?.Ebs?.VolumeSize ?? image.rootSizeGiB;
  attach(call, instance, {
    DeviceName: image.rootDeviceName,
    Ebs: { ...root?.Ebs, VolumeSize },
    content: image.content,
  });
  for (const mapping of mappings) {
    if (mapping !== root && mapping.NoDevice === undefined)
      attach(call, instance, { ...mapping, content: undefined });
  }
}
