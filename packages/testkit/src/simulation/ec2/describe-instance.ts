import type { Instance, InstanceBlockDeviceMapping, InstanceNetworkInterface } from '@aws-sdk/client-ec2';
import { profilesOf } from '../iam/roles.js';
import { groupsOf } from './groups.js';
import type { InstanceState, SimulatedInstance } from './instances.js';
import { interfacesOfInstance, type NetworkInterface } from './interfaces.js';
import { describeMetadata } from './metadata-options.js';
import { associationOf } from './profile-associations.js';
import { tagList } from './resource.js';
import { spotRequestId } from './spot-handlers.js';
import { volumesOfInstance } from './volumes.js';

const STATE_CODES: Readonly<Record<InstanceState, number>> = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
};

/** A state as EC2 answers it. */
export function instanceState(state: InstanceState): { Code: number; Name: InstanceState } {
  return { Code: STATE_CODES[state], Name: state };
}

/** Groups with their names, as EC2 answers them. */
export function groupIdentifiers(one: NetworkInterface): { GroupId: string; GroupName: string }[] {
  const groups = groupsOf(one.subnet.region);
  return one.groups.map((id) => ({ GroupId: id, GroupName: groups.peek(id)?.name ?? id }));
}

/** The public address of an interface, as EC2 answers it. */
export function publicAssociation(one: NetworkInterface) {
  if (one.public === undefined) return undefined;
  const { address, allocationId, associationId } = one.public;
  return {
    PublicIp: address,
    PublicDnsName: `ec2-${address.replaceAll('.', '-')}.${one.subnet.region.name}.compute.amazonaws.com`,
    IpOwnerId: allocationId === undefined ? 'amazon' : one.subnet.region.account.id,
    ...(allocationId === undefined ? {} : { AllocationId: allocationId, AssociationId: associationId }),
  };
}

function describeInterface(one: NetworkInterface): InstanceNetworkInterface {
  const association = publicAssociation(one);
  return {
    NetworkInterfaceId: one.id,
    Description: one.description,
    SubnetId: one.subnet.id,
    VpcId: one.vpcId,
    OwnerId: one.subnet.region.account.id,
    Status: 'in-use',
    InterfaceType: one.type,
    SourceDestCheck: one.sourceDestCheck,
    Groups: groupIdentifiers(one),
    PrivateIpAddress: one.privateAddresses[0],
    PrivateIpAddresses: one.privateAddresses.map((address, index) => ({
      PrivateIpAddress: address,
      Primary: index === 0,
      ...(index === 0 && association !== undefined ? { Association: association } : {}),
    })),
    Ipv6Addresses: one.ipv6Addresses.map((Ipv6Address) => ({ Ipv6Address })),
    ...(association === undefined ? {} : { Association: association }),
    Attachment: {
      AttachmentId: one.attachment?.id,
      AttachTime: one.attachment?.attachedAt,
      DeviceIndex: one.attachment?.deviceIndex,
      NetworkCardIndex: 0,
      DeleteOnTermination: one.attachment?.deleteOnTermination,
      Status: 'attached',
    },
  };
}

function blockDevices(instance: SimulatedInstance): InstanceBlockDeviceMapping[] {
  return volumesOfInstance(instance.region, instance.id).flatMap((volume) =>
    volume.attachments
      .filter((attachment) => attachment.instanceId === instance.id)
      .map((attachment) => ({
        DeviceName: attachment.device,
        Ebs: {
          VolumeId: volume.id,
          AttachTime: attachment.attachedAt,
          DeleteOnTermination: attachment.deleteOnTermination,
          Status: attachment.state === 'busy' ? ('attached' as const) : attachment.state,
        },
      })),
  );
}

function profile(instance: SimulatedInstance): Pick<Instance, 'IamInstanceProfile'> {
  const association = associationOf(instance.region, instance.id);
  if (association === undefined) return {};
  const known = [...profilesOf(instance.region.account).values()].find(
    (one) => one.arn === association.profileArn,
  );
  return { IamInstanceProfile: { Arn: association.profileArn, Id: known?.id } };
}

function addresses(interfaces: readonly NetworkInterface[]): Partial<Instance> {
  const primary = interfaces[0];
  if (primary === undefined) return {};
  const association = publicAssociation(primary);
  return {
    PrivateIpAddress: primary.privateAddresses[0],
    ...(association === undefined
      ? { PublicDnsName: '' }
      : { PublicIpAddress: association.PublicIp, PublicDnsName: association.PublicDnsName }),
    SourceDestCheck: primary.sourceDestCheck,
    SecurityGroups: groupIdentifiers(primary),
    ...(primary.ipv6Addresses[0] === undefined ? {} : { Ipv6Address: primary.ipv6Addresses[0] }),
  };
}

/** A terminated instance keeps its id, its tags and little else. */
function placement(instance: SimulatedInstance): Partial<Instance> {
  const interfaces = interfacesOfInstance(instance.region, instance.id);
  if (instance.state === 'terminated')
    return { NetworkInterfaces: [], SecurityGroups: [], PublicDnsName: '' };
  return {
    SubnetId: instance.subnetId,
    VpcId: instance.vpcId,
    NetworkInterfaces: interfaces.map(describeInterface),
    ...addresses(interfaces),
    ...profile(instance),
  };
}

function hardware(instance: SimulatedInstance): Partial<Instance> {
  return {
    InstanceType: instance.instanceType as NonNullable<Instance['InstanceType']>, // the SDK's list is never complete
    Architecture: instance.architecture,
    Hypervisor: 'xen',
    VirtualizationType: 'hvm',
    EnaSupport: true,
    EnclaveOptions: { Enabled: instance.enclave },
    HibernationOptions: { Configured: instance.hibernation },
    RootDeviceName: instance.rootDeviceName,
    RootDeviceType: 'ebs',
    PlatformDetails: instance.platform === 'windows' ? 'Windows' : 'Linux/UNIX',
    ...(instance.platform === undefined ? {} : { Platform: 'Windows' as const }),
    ...(instance.lifecycle === undefined
      ? {}
      : { InstanceLifecycle: instance.lifecycle, SpotInstanceRequestId: spotRequestId(instance) }),
  };
}

/** An instance as `DescribeInstances` answers it. */
export function describeInstance(instance: SimulatedInstance): Instance {
  return {
    InstanceId: instance.id,
    ImageId: instance.imageId,
    State: instanceState(instance.state),
    StateTransitionReason: instance.stateTransitionReason,
    ...(instance.stateReason === undefined
      ? {}
      : { StateReason: { Code: instance.stateReason.code, Message: instance.stateReason.message } }),
    LaunchTime: instance.launchTime,
    Placement: { AvailabilityZone: instance.availabilityZone, Tenancy: 'default', GroupName: '' },
    Monitoring: { State: 'disabled' },
    BlockDeviceMappings: blockDevices(instance),
    ...hardware(instance),
    ...placement(instance),
    MetadataOptions: describeMetadata(instance),
    ...(instance.keyName === undefined ? {} : { KeyName: instance.keyName }),
    ...(instance.clientToken === undefined ? {} : { ClientToken: instance.clientToken }),
    ...(instance.operator === undefined ? {} : { Operator: { Managed: true, Principal: instance.operator } }),
    Tags: tagList(instance),
  };
}
