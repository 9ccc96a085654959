import { awsError } from '../errors.js';
import { callerMayUse, findKey } from '../kms/keys.js';
import type { Handlers, SimulatedCall } from '../service.js';
import { instancesOf, type SimulatedInstance } from './instances.js';
import { required } from './not-found.js';
import { type SimulatedVolume, type VolumeAttachment, volumesOf, volumesOfInstance } from './volumes.js';

type Ec2 = typeof import('@aws-sdk/client-ec2');

const SETTLES_AFTER_MS = 3_000;
/** Volumes and interfaces of a Nitro instance together; interfaces and the root count too. */
const MOST_ATTACHMENTS = 27;

function checkVolume(call: SimulatedCall, volume: SimulatedVolume, instance: SimulatedInstance): void {
  const [holder] = volume.attachments;
  if (holder !== undefined && !volume.multiAttach) {
    throw awsError('VolumeInUse', `${volume.id} is already attached to an instance`);
  }
  if (volume.state !== 'available' && volume.state !== 'in-use') {
    throw awsError('IncorrectState', `${volume.id} is not 'available'.`);
  }
  if (volume.availabilityZone !== instance.availabilityZone) {
    throw awsError(
      'InvalidVolume.ZoneMismatch',
      `The volume '${volume.id}' is not in the same availability zone as instance '${instance.id}'`,
    );
  }
  const key = volume.kmsKeyArn === undefined ? undefined : findKey(call.region, volume.kmsKeyArn);
  if (
    volume.kmsKeyArn !== undefined &&
    (key === undefined || !callerMayUse(call, key, ['kms:Decrypt', 'kms:CreateGrant']))
  ) {
    throw awsError(
      'CustomerKeyHasBeenRevoked',
      `Volume ${volume.id} cannot be attached. The encrypted volume was unable to access the KMS master key.`,
    );
  }
}

function checkInstance(call: SimulatedCall, instance: SimulatedInstance, volume: SimulatedVolume): void {
  if (instance.state !== 'running' && instance.state !== 'stopped') {
    throw awsError('IncorrectState', `Instance '${instance.id}' is not 'running'.`);
  }
  if (volume.productCode !== undefined && instance.state !== 'stopped') {
    throw awsError(
      'IncorrectInstanceState',
      'Volumes with AWS Marketplace product codes can only be attached to stopped instances.',
    );
  }
  if (volumesOfInstance(call.region, instance.id).length >= MOST_ATTACHMENTS) {
    throw awsError(
      'AttachmentLimitExceeded',
      `Volume attachment limit exceeded for instance '${instance.id}'.`,
    );
  }
}

function checkDevice(call: SimulatedCall, instance: SimulatedInstance, device: string): void {
  if (!/^(?:\/dev\/)?(?:sd[a-z]\d*|xvd[a-z]{1,2}\d*)$/.test(device)) {
    throw awsError(
      'InvalidParameterValue',
      `Value (${device}) for parameter device is invalid. ${device} is not a valid EBS device name.`,
    );
  }
  const used = volumesOfInstance(call.region, instance.id)
    .flatMap((volume) => volume.attachments)
    .some((one) => one.instanceId === instance.id && one.device === device);
  if (used) {
    throw awsError(
      'InvalidParameterValue',
      `Invalid value '${device}' for unixDevice. Attachment point ${device} is already in use`,
    );
  }
}

function answer(volume: SimulatedVolume, one: VolumeAttachment) {
  const { instanceId, device, state, attachedAt, deleteOnTermination } = one;
  return {
    VolumeId: volume.id,
    InstanceId: instanceId,
    Device: device,
    State: state,
    AttachTime: attachedAt,
    DeleteOnTermination: deleteOnTermination,
  };
}

/** Takes a volume off an instance for good. */
export function release(volume: SimulatedVolume, one: VolumeAttachment): void {
  const index = volume.attachments.indexOf(one);
  if (index >= 0) volume.attachments.splice(index, 1);
  if (volume.attachments.length === 0 && volume.state === 'in-use') volume.state = 'available';
}

export const attachVolumeHandlers: Handlers<Ec2, 'AttachVolume' | 'DetachVolume'> = {
  AttachVolume: (call) => {
    const { Device: device = '' } = call.input;
    const volume = required(volumesOf(call.region), 'vol', call.input.VolumeId);
    const instance = required(instancesOf(call.region), 'i', call.input.InstanceId);
    checkVolume(call, volume, instance);
    checkInstance(call, instance, volume);
    checkDevice(call, instance, device);
    const one: VolumeAttachment = {
      instanceId: instance.id,
      device,
      state: 'attaching',
      attachedAt: call.world.now(),
      deleteOnTermination: false,
    };
    volume.attachments.push(one);
    volume.state = 'in-use';
    call.world.later(SETTLES_AFTER_MS, () => {
      if (one.state === 'attaching') one.state = 'attached';
    });
    return answer(volume, one);
  },

  DetachVolume: (call) => {
    const { InstanceId, Device } = call.input;
    const volume = required(volumesOf(call.region), 'vol', call.input.VolumeId);
    const one = volume.attachments.find((each) => {
      return (
        (InstanceId === undefined || each.instanceId === InstanceId) &&
        (Device === undefined || each.device === Device)
      );
    });
    if (one === undefined)
      throw awsError('IncorrectState', `Volume '${volume.id}' is in the 'available' state.`);
    const instance = instancesOf(call.region).peek(one.instanceId);
    if (instance !== undefined && one.device === instance.rootDeviceName && instance.state !== 'stopped') {
      throw awsError(
        'OperationNotPermitted',
        `Unable to detach root volume '${volume.id}' from instance '${instance.id}'`,
      );
    }
    one.state = 'detaching';
    call.world.later(SETTLES_AFTER_MS, () => release(volume, one));
    return answer(volume, one);
  },
};
