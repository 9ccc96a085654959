import type { NetworkInterface } from '@aws-sdk/client-ec2';
import { ec2 } from '../../aws/operations.js';
import type { Account } from '../../engine/account.js';
import { listAll } from '../calls/list-all.js';
import type { Instance } from '../facts.js';

export type SuspectInterface = Instance['interfaces'][number];

/** Every interface of the instance. `DescribeInstances` would do for one; trunks and late attachments need this. */
export function interfacesOf(account: Account, instanceId: string): Promise<readonly NetworkInterface[]> {
  return listAll(account, ec2.DescribeNetworkInterfaces, {
    input: { Filters: [{ Name: 'attachment.instance-id', Values: [instanceId] }] },
    items: (page) => page.NetworkInterfaces,
  });
}

const present = (value: string | undefined): value is string => value !== undefined && value !== '';

export function toSuspectInterface(found: NetworkInterface): SuspectInterface {
  const { Association: association } = found;
  return {
    interfaceId: found.NetworkInterfaceId ?? '',
    vpcId: found.VpcId ?? '',
    subnetId: found.SubnetId ?? '',
    groups: (found.Groups ?? []).map((group) => group.GroupId).filter(present),
    privateAddresses: (found.PrivateIpAddresses ?? []).map((one) => one.PrivateIpAddress).filter(present),
    ipv6Addresses: (found.Ipv6Addresses ?? []).map((one) => one.Ipv6Address).filter(present),
    ...(present(association?.PublicIp) ? { publicAddress: association.PublicIp } : {}),
    // An auto-assigned address has an association too, but no allocation.
    ...(present(association?.AllocationId) && present(association.AssociationId)
      ? { elasticIpAssociation: association.AssociationId }
      : {}),
    requesterManaged: found.RequesterManaged === true,
  };
}
