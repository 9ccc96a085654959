import {
  AssociateAddressCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
  DisassociateAddressCommand,
  ModifyNetworkInterfaceAttributeCommand,
} from '@aws-sdk/client-ec2';
import { type Case, UNKNOWN } from '../world.ts';

export const PLACE_CASES: readonly Case[] = [
  {
    name: 'DescribeNetworkInterfaces: one',
    ask: ({ ec2, interfaceId }) =>
      ec2.send(new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [interfaceId] })),
  },
  {
    name: 'DescribeNetworkInterfaces: an unknown one',
    ask: ({ ec2 }) =>
      ec2.send(new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [UNKNOWN.interface] })),
  },
  {
    name: 'ModifyNetworkInterfaceAttribute: an unknown interface',
    ask: ({ ec2, groupId }) =>
      ec2.send(
        new ModifyNetworkInterfaceAttributeCommand({
          NetworkInterfaceId: UNKNOWN.interface,
          Groups: [groupId],
        }),
      ),
  },
  {
    name: 'ModifyNetworkInterfaceAttribute: an unknown group',
    ask: ({ ec2, interfaceId }) =>
      ec2.send(
        new ModifyNetworkInterfaceAttributeCommand({
          NetworkInterfaceId: interfaceId,
          Groups: [UNKNOWN.group],
        }),
      ),
  },
  {
    name: 'AssociateAddress: an unknown address',
    ask: ({ ec2, interfaceId }) =>
      ec2.send(
        new AssociateAddressCommand({ AllocationId: UNKNOWN.allocation, NetworkInterfaceId: interfaceId }),
      ),
  },
  {
    name: 'DisassociateAddress: an unknown association',
    ask: ({ ec2 }) => ec2.send(new DisassociateAddressCommand({ AssociationId: UNKNOWN.association })),
  },
  {
    name: 'DescribeVpcs: an unknown one',
    ask: ({ ec2 }) => ec2.send(new DescribeVpcsCommand({ VpcIds: [UNKNOWN.vpc] })),
  },
  {
    name: 'DescribeSubnets: an unknown one',
    ask: ({ ec2 }) => ec2.send(new DescribeSubnetsCommand({ SubnetIds: [UNKNOWN.subnet] })),
  },
  {
    name: 'DescribeSubnets: one',
    ask: ({ ec2, subnetId }) => ec2.send(new DescribeSubnetsCommand({ SubnetIds: [subnetId] })),
  },
  {
    name: 'DescribeRouteTables: an unknown one',
    ask: ({ ec2 }) => ec2.send(new DescribeRouteTablesCommand({ RouteTableIds: ['rtb-0123456789abcdef0'] })),
  },
  {
    name: 'DescribeVpcEndpoints: an unknown one',
    ask: ({ ec2 }) =>
      ec2.send(new DescribeVpcEndpointsCommand({ VpcEndpointIds: ['vpce-0123456789abcdef0'] })),
  },
];
