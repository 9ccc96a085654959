import type {
  VpcEndpoint as SdkEndpoint,
  NatGateway as SdkNat,
  RouteTable as SdkRouteTable,
} from '@aws-sdk/client-ec2';
import type { Handlers } from '../service.js';
import { type FilterTable, filtered } from './filters.js';
import { groupsOf } from './groups.js';
import {
  endpointsOf,
  type NatGateway,
  natGatewaysOf,
  type Route,
  type RouteTable,
  routeTablesOf,
  type VpcEndpoint,
} from './network.js';
import { required } from './not-found.js';
import { paged } from './pages.js';
import { tagList } from './resource.js';

type Ec2 = typeof import('@aws-sdk/client-ec2');

/** Route targets are told by their ids' kinds. */
const TARGETS = [
  ['nat-', 'NatGatewayId'],
  ['eigw-', 'EgressOnlyInternetGatewayId'],
  ['tgw-', 'TransitGatewayId'],
  ['pcx-', 'VpcPeeringConnectionId'],
  ['eni-', 'NetworkInterfaceId'],
  ['i-', 'InstanceId'],
] as const;

function describeRoute({ destination, target }: Route) {
  const field = TARGETS.find(([prefix]) => target.startsWith(prefix))?.[1] ?? 'GatewayId';
  const to = destination.startsWith('pl-')
    ? { DestinationPrefixListId: destination }
    : destination.includes(':')
      ? { DestinationIpv6CidrBlock: destination }
      : { DestinationCidrBlock: destination };
  const origin = target === 'local' ? ('CreateRouteTable' as const) : ('CreateRoute' as const);
  return { ...to, [field]: target, State: 'active' as const, Origin: origin };
}

function describeTable(table: RouteTable): SdkRouteTable {
  const explicit = table.subnetIds.map((SubnetId, index) => ({
    RouteTableAssociationId: `rtbassoc-${table.id.slice(4)}${index}`,
    RouteTableId: table.id,
    SubnetId,
    Main: false,
    AssociationState: { State: 'associated' as const },
  }));
  const main = {
    RouteTableAssociationId: `rtbassoc-${table.id.slice(4)}m`,
    RouteTableId: table.id,
    Main: true,
    AssociationState: { State: 'associated' as const },
  };
  return {
    RouteTableId: table.id,
    VpcId: table.vpcId,
    Routes: table.routes.map(describeRoute),
    Associations: table.main ? [main, ...explicit] : explicit,
    PropagatingVgws: [],
    Tags: tagList(table),
  };
}

const TABLE_FILTERS: FilterTable<SdkRouteTable> = {
  'association.main': (one) => one.Associations?.map((each) => each.Main),
  'association.subnet-id': (one) => one.Associations?.map((each) => each.SubnetId),
  'route-table-id': (one) => one.RouteTableId,
  'route.gateway-id': (one) => one.Routes?.map((route) => route.GatewayId),
  'route.instance-id': (one) => one.Routes?.map((route) => route.InstanceId),
  'route.nat-gateway-id': (one) => one.Routes?.map((route) => route.NatGatewayId),
  'route.destination-cidr-block': (one) => one.Routes?.map((route) => route.DestinationCidrBlock),
  'vpc-id': (one) => one.VpcId,
};

const ENDPOINT_FILTERS: FilterTable<SdkEndpoint> = {
  'service-name': (one) => one.ServiceName,
  'vpc-endpoint-id': (one) => one.VpcEndpointId,
  'vpc-endpoint-state': (one) => one.State,
  'vpc-endpoint-type': (one) => one.VpcEndpointType,
  'vpc-id': (one) => one.VpcId,
};

const NAT_FILTERS: FilterTable<SdkNat> = {
  'nat-gateway-id': (one) => one.NatGatewayId,
  state: (one) => one.State,
  'subnet-id': (one) => one.SubnetId,
  'vpc-id': (one) => one.VpcId,
};

function describeNat(nat: NatGateway): SdkNat {
  return {
    NatGatewayId: nat.id,
    VpcId: nat.vpcId,
    SubnetId: nat.subnetId,
    State: 'available',
    ConnectivityType: 'public',
    NatGatewayAddresses: [{ PublicIp: nat.publicAddress }],
    Tags: tagList(nat),
  };
}

function describeEndpoint(endpoint: VpcEndpoint, groupName: (id: string) => string): SdkEndpoint {
  return {
    VpcEndpointId: endpoint.id,
    VpcEndpointType: endpoint.type,
    VpcId: endpoint.vpcId,
    ServiceName: endpoint.serviceName,
    // The SDK's types say `Available`; the service answers in small letters.
    State: endpoint.state as unknown as NonNullable<SdkEndpoint['State']>,
    PolicyDocument: endpoint.policy,
    RouteTableIds: [...endpoint.routeTableIds],
    SubnetIds: [...endpoint.subnetIds],
    Groups: endpoint.groups.map((id) => ({ GroupId: id, GroupName: groupName(id) })),
    PrivateDnsEnabled: endpoint.privateDns,
    NetworkInterfaceIds: [...endpoint.interfaceIds],
    Tags: tagList(endpoint),
  };
}

export const networkHandlers: Handlers<
  Ec2,
  'DescribeRouteTables' | 'DescribeVpcEndpoints' | 'DescribeNatGateways'
> = {
  DescribeRouteTables: (call) => {
    const { RouteTableIds: ids = [], Filters } = call.input;
    const collection = routeTablesOf(call.region);
    const wanted = ids.length > 0 ? ids.map((id) => required(collection, 'rtb', id)) : collection.visible();
    const { items, next } = paged(call, filtered(wanted.map(describeTable), Filters, TABLE_FILTERS), { ids });
    return { RouteTables: items, ...next };
  },

  DescribeVpcEndpoints: (call) => {
    const { VpcEndpointIds: ids = [], Filters } = call.input;
    const collection = endpointsOf(call.region);
    const wanted = ids.length > 0 ? ids.map((id) => required(collection, 'vpce', id)) : collection.visible();
    const groupName = (id: string) => groupsOf(call.region).peek(id)?.name ?? id;
    const described = wanted.map((one) => describeEndpoint(one, groupName));
    const { items, next } = paged(call, filtered(described, Filters, ENDPOINT_FILTERS), { ids });
    return { VpcEndpoints: items, ...next };
  },

  DescribeNatGateways: (call) => {
    // Alone among all, this operation calls its filters `Filter`.
    const { NatGatewayIds: ids = [], Filter } = call.input;
    const collection = natGatewaysOf(call.region);
    const wanted = ids.length > 0 ? ids.map((id) => required(collection, 'nat', id)) : collection.visible();
    const { items, next } = paged(call, filtered(wanted.map(describeNat), Filter, NAT_FILTERS), { ids });
    return { NatGateways: items, ...next };
  },
};
