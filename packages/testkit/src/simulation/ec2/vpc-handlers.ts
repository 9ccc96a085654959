import type { ManagedPrefixList, Subnet, Vpc } from '@aws-sdk/client-ec2';
import type { Handlers, SimulatedCall } from '../service.js';
import { type FilterTable, filtered } from './filters.js';
import { required } from './not-found.js';
import { paged } from './pages.js';
import { type PrefixList, prefixListsOf } from './prefix-lists.js';
import { tagList } from './resource.js';
import { type SimulatedSubnet, type SimulatedVpc, subnetsOf, vpcsOf } from './vpcs.js';

type Ec2 = typeof import('@aws-sdk/client-ec2');

const VPC_FILTERS: FilterTable<Vpc> = {
  cidr: (one) => one.CidrBlock,
  'is-default': (one) => one.IsDefault,
  state: (one) => one.State,
  'vpc-id': (one) => one.VpcId,
};

const SUBNET_FILTERS: FilterTable<Subnet> = {
  'availability-zone': (one) => one.AvailabilityZone,
  'cidr-block': (one) => one.CidrBlock,
  'subnet-id': (one) => one.SubnetId,
  state: (one) => one.State,
  'vpc-id': (one) => one.VpcId,
};

const PREFIX_LIST_FILTERS: FilterTable<ManagedPrefixList> = {
  'owner-id': (one) => one.OwnerId,
  'prefix-list-id': (one) => one.PrefixListId,
  'prefix-list-name': (one) => one.PrefixListName,
};

function describeVpc(vpc: SimulatedVpc, owner: string): Vpc {
  const ipv6 = vpc.ipv6Cidr;
  return {
    VpcId: vpc.id,
    CidrBlock: vpc.cidr,
    State: 'available',
    IsDefault: vpc.isDefault,
    OwnerId: owner,
    Ipv6CidrBlockAssociationSet:
      ipv6 === undefined ? [] : [{ Ipv6CidrBlock: ipv6, Ipv6CidrBlockState: { State: 'associated' } }],
    Tags: tagList(vpc),
  };
}

function describeSubnet(subnet: SimulatedSubnet): Subnet {
  return {
    SubnetId: subnet.id,
    VpcId: subnet.vpcId,
    CidrBlock: subnet.cidr,
    AvailabilityZone: subnet.availabilityZone,
    State: 'available',
    MapPublicIpOnLaunch: subnet.mapPublicIp,
    OwnerId: subnet.region.account.id,
    AvailableIpAddressCount: 200,
    Tags: tagList(subnet),
  };
}

function describePrefixList(call: SimulatedCall, list: PrefixList): ManagedPrefixList {
  return {
    PrefixListId: list.id,
    PrefixListName: list.name,
    PrefixListArn: `arn:aws:ec2:${call.region.name}:${list.owner === 'AWS' ? 'aws' : list.owner}:prefix-list/${list.id}`,
    OwnerId: list.owner,
    AddressFamily: 'IPv4',
    State: 'create-complete',
    Tags: tagList(list),
  };
}

export const vpcHandlers: Handlers<
  Ec2,
  'DescribeVpcs' | 'DescribeSubnets' | 'DescribeAvailabilityZones' | 'DescribeManagedPrefixLists'
> = {
  DescribeVpcs: (call) => {
    const { VpcIds: ids = [], Filters } = call.input;
    const collection = vpcsOf(call.region);
    const wanted = ids.length > 0 ? ids.map((id) => required(collection, 'vpc', id)) : collection.visible();
    const described = wanted.map((one) => describeVpc(one, call.account.id));
    const { items, next } = paged(call, filtered(described, Filters, VPC_FILTERS), { ids });
    return { Vpcs: items, ...next };
  },

  DescribeSubnets: (call) => {
    const { SubnetIds: ids = [], Filters } = call.input;
    const collection = subnetsOf(call.region);
    const wanted =
      ids.length > 0 ? ids.map((id) => required(collection, 'subnet', id)) : collection.visible();
    const { items, next } = paged(call, filtered(wanted.map(describeSubnet), Filters, SUBNET_FILTERS), {
      ids,
    });
    return { Subnets: items, ...next };
  },

  DescribeAvailabilityZones: ({ region }) => ({
    AvailabilityZones: ['a', 'b', 'c'].map((letter, index) => ({
      ZoneName: `${region.name}${letter}`,
      ZoneId: `${region.name}-az${index + 1}`,
      RegionName: region.name,
      State: 'available' as const,
      ZoneType: 'availability-zone',
    })),
  }),

  DescribeManagedPrefixLists: (call) => {
    const { PrefixListIds: ids = [], Filters } = call.input;
    const collection = prefixListsOf(call.region);
    const wanted = ids.length > 0 ? ids.map((id) => required(collection, 'pl', id)) : collection.visible();
    const described = wanted.map((one) => describePrefixList(call, one));
    const { items, next } = paged(call, filtered(described, Filters, PREFIX_LIST_FILTERS), { ids, least: 1 });
    return { PrefixLists: items, ...next };
  },
};
