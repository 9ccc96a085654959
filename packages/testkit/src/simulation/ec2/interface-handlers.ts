import type {
  ModifyNetworkInterfaceAttributeCommandInput,
  NetworkInterface as SdkInterface,
} from '@aws-sdk/client-ec2';
import { awsError } from '../errors.js';
import type { Handlers, SimulatedCall } from '../service.js';
import { changeGroups } from './change-groups.js';
import { publicAddressLost } from './connections.js';
import { groupIdentifiers, publicAssociation } from './describe-instance.js';
import { type FilterTable, filtered } from './filters.js';
import { interfacesOf, type NetworkInterface } from './interfaces.js';
import { required } from './not-found.js';
import { paged } from './pages.js';
import { tagList } from './resource.js';

type Ec2 = typeof import('@aws-sdk/client-ec2');
type ModifyCall = SimulatedCall<ModifyNetworkInterfaceAttributeCommandInput>;

function attachment(one: NetworkInterface): Pick<SdkInterface, 'Attachment'> {
  if (one.attachment === undefined) return {};
  return {
    Attachment: {
      AttachmentId: one.attachment.id,
      AttachTime: one.attachment.attachedAt,
      DeleteOnTermination: one.attachment.deleteOnTermination,
      DeviceIndex: one.attachment.deviceIndex,
      NetworkCardIndex: 0,
      InstanceId: one.attachment.instanceId,
      InstanceOwnerId: one.requesterId ?? one.subnet.region.account.id,
      Status: 'attached',
    },
  };
}

function describe(one: NetworkInterface): SdkInterface {
  const association = publicAssociation(one);
  return {
    NetworkInterfaceId: one.id,
    SubnetId: one.subnet.id,
    VpcId: one.vpcId,
    AvailabilityZone: one.subnet.availabilityZone,
    Description: one.description,
    OwnerId: one.subnet.region.account.id,
    RequesterManaged: one.requesterId !== undefined,
    ...(one.requesterId === undefined ? {} : { RequesterId: one.requesterId }),
    Status: one.attachment === undefined ? 'available' : 'in-use',
    InterfaceType: one.type as NonNullable<SdkInterface['InterfaceType']>, // the SDK's list is never complete
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
    ...attachment(one),
    ...(one.tcpEstablishedTimeoutSeconds === undefined
      ? {}
      : { ConnectionTrackingConfiguration: { TcpEstablishedTimeout: one.tcpEstablishedTimeoutSeconds } }),
    TagSet: tagList(one),
  };
}

const FILTERS: FilterTable<SdkInterface> = {
  'addresses.private-ip-address': (one) => one.PrivateIpAddresses?.map((address) => address.PrivateIpAddress),
  'association.public-ip': (one) => one.Association?.PublicIp,
  'attachment.attachment-id': (one) => one.Attachment?.AttachmentId,
  'attachment.device-index': (one) => one.Attachment?.DeviceIndex,
  'attachment.instance-id': (one) => one.Attachment?.InstanceId,
  'attachment.status': (one) => one.Attachment?.Status,
  'availability-zone': (one) => one.AvailabilityZone,
  description: (one) => one.Description,
  'group-id': (one) => one.Groups?.map((group) => group.GroupId),
  'group-name': (one) => one.Groups?.map((group) => group.GroupName),
  'interface-type': (one) => one.InterfaceType,
  'network-interface-id': (one) => one.NetworkInterfaceId,
  'private-ip-address': (one) => one.PrivateIpAddress,
  'requester-managed': (one) => one.RequesterManaged,
  status: (one) => one.Status,
  'subnet-id': (one) => one.SubnetId,
  'vpc-id': (one) => one.VpcId,
};

const ATTRIBUTES = [
  'Groups',
  'SourceDestCheck',
  'Description',
  'Attachment',
  'AssociatePublicIpAddress',
  'ConnectionTrackingSpecification',
] as const;

function check(call: ModifyCall, one: NetworkInterface): void {
  const given = ATTRIBUTES.filter((name) => call.input[name] !== undefined);
  if (given.length !== 1) {
    throw awsError(
      'InvalidParameterCombination',
      given.length === 0 ? 'No attributes specified.' : 'Fields for multiple attribute types specified',
    );
  }
  if (one.requesterId !== undefined) {
    throw awsError('AuthFailure', 'You do not have permission to access the specified resource.', {
      status: 403,
    });
  }
  if (one.type === 'trunk' || one.type === 'efa') {
    throw awsError(
      'UnsupportedOperation',
      `The operation is not supported for network interfaces of type '${one.type}'.`,
    );
  }
}

/** An auto-assigned address comes and goes at the primary interface; once taken away it does not come back. */
function associatePublicAddress(one: NetworkInterface, wanted: boolean): void {
  if (one.attachment?.deviceIndex !== 0) {
    throw awsError(
      'InvalidParameterCombination',
      'The public IP address can be changed for the primary network interface only.',
    );
  }
  if (one.public?.allocationId !== undefined) {
    throw awsError(
      'UnsupportedOperation',
      `The network interface '${one.id}' has an Elastic IP address associated.`,
    );
  }
  if (!wanted) {
    publicAddressLost(one);
    one.public = undefined;
    return;
  }
  const random = one.subnet.region.world.random.fork(`public-${one.id}`);
  one.public ??= { address: `198.18.${random.integer(0, 255)}.${random.integer(1, 254)}` };
}

function trackingTimeout(one: NetworkInterface, seconds: number | undefined): void {
  if (seconds === undefined || seconds < 60 || seconds > 432_000) {
    throw awsError(
      'InvalidParameterValue',
      `Value (${seconds}) for parameter TcpEstablishedTimeout is invalid.`,
    );
  }
  one.tcpEstablishedTimeoutSeconds = seconds;
}

export const interfaceHandlers: Handlers<
  Ec2,
  'DescribeNetworkInterfaces' | 'ModifyNetworkInterfaceAttribute'
> = {
  DescribeNetworkInterfaces: (call) => {
    const { NetworkInterfaceIds: ids = [], Filters } = call.input;
    const collection = interfacesOf(call.region);
    const wanted = ids.length > 0 ? ids.map((id) => required(collection, 'eni', id)) : collection.visible();
    const described = wanted.map((one) => ({ ...describe(one), Tags: tagList(one) }));
    const { items, next } = paged(call, filtered(described, Filters, FILTERS), { ids });
    // Here, and only here, EC2 calls the tags a TagSet.
    return { NetworkInterfaces: items.map(({ Tags: _, ...one }) => one), ...next };
  },

  ModifyNetworkInterfaceAttribute: (call) => {
    const { input } = call;
    const one = required(interfacesOf(call.region), 'eni', input.NetworkInterfaceId);
    check(call, one);
    if (input.Groups !== undefined) changeGroups(call, one, input.Groups);
    if (input.SourceDestCheck?.Value !== undefined) one.sourceDestCheck = input.SourceDestCheck.Value;
    if (input.AssociatePublicIpAddress !== undefined)
      associatePublicAddress(one, input.AssociatePublicIpAddress);
    if (input.ConnectionTrackingSpecification !== undefined) {
      trackingTimeout(one, input.ConnectionTrackingSpecification.TcpEstablishedTimeout);
    }
    return {};
  },
};
