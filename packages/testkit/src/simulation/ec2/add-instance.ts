import type { SimulatedRegion } from '../account.js';
import {
  type InstanceRecordOptions,
  instanceRecord,
  instancesOf,
  type SimulatedInstance,
} from './instances.js';
import { addInterface, attachInterface, type InterfaceOptions } from './interfaces.js';
import { associateProfile } from './profile-associations.js';
import { addVolume, type VolumeOptions } from './volumes.js';
import { subnetsOf } from './vpcs.js';

export interface PlacedVolumeOptions extends VolumeOptions {
  /** `/dev/xvda`. */
  readonly device: string;
  readonly deleteOnTermination?: boolean;
}

export interface InstanceOptions
  extends Omit<InstanceRecordOptions, 'vpcId' | 'availabilityZone' | 'subnetId'> {
  /** By device index; the first is the primary one. */
  readonly interfaces: readonly [InterfaceOptions, ...InterfaceOptions[]];
  /** One root volume of 8 GiB unless told. */
  readonly volumes?: readonly PlacedVolumeOptions[];
  /** ARN of the instance profile. */
  readonly profileArn?: string;
}

function place(region: SimulatedRegion, instance: SimulatedInstance, options: PlacedVolumeOptions): void {
  const volume = addVolume(region, { availabilityZone: instance.availabilityZone, ...options });
  volume.state = 'in-use';
  volume.attachments.push({
    instanceId: instance.id,
    device: options.device,
    state: 'attached',
    attachedAt: instance.launchTime,
    deleteOnTermination: options.deleteOnTermination ?? options.device === instance.rootDeviceName,
  });
}

/** Puts an instance with its interfaces and volumes into the region, as if it had been running for an hour. */
export function addInstance(region: SimulatedRegion, options: InstanceOptions): SimulatedInstance {
  const [first] = options.interfaces;
  const subnet = subnetsOf(region).peek(first.subnetId);
  if (subnet === undefined) throw new Error(`no subnet ${first.subnetId} in this region`);
  const { vpcId, availabilityZone } = subnet;
  const instance = instanceRecord(region, { ...options, subnetId: subnet.id, vpcId, availabilityZone });
  instancesOf(region).add(instance);
  for (const [deviceIndex, one] of options.interfaces.entries()) {
    attachInterface(addInterface(region, one), instance.id, { region, deviceIndex });
  }
  for (const volume of options.volumes ?? [{ device: instance.rootDeviceName }])
    place(region, instance, volume);
  if (options.profileArn !== undefined) associateProfile(region, instance.id, options.profileArn);
  return instance;
}
