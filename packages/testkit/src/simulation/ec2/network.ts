import type { SimulatedRegion } from '../account.js';
import { slice } from '../slice.js';
import { Collection, placed, type Resource, type Tags } from './resource.js';

export interface Route {
  /** A CIDR, or a prefix list's id. */
  readonly destination: string;
  /** `local`, or an id: `igw-`, `nat-`, `eigw-`, `tgw-`, `vpce-`, `eni-`, `i-`. */
  readonly target: string;
}

export interface RouteTable extends Resource {
  readonly vpcId: string;
  readonly main: boolean;
  readonly subnetIds: readonly string[];
  readonly routes: Route[];
}

export interface VpcEndpoint extends Resource {
  readonly vpcId: string;
  /** `com.amazonaws.eu-west-1.ssm` */
  readonly serviceName: string;
  readonly type: 'Interface' | 'Gateway' | 'GatewayLoadBalancer';
  readonly subnetIds: readonly string[];
  readonly routeTableIds: readonly string[];
  readonly groups: string[];
  readonly privateDns: boolean;
  readonly policy: string;
  readonly state: 'available' | 'pending';
  readonly interfaceIds: readonly string[];
}

export interface NatGateway extends Resource {
  readonly vpcId: string;
  readonly subnetId: string;
  readonly publicAddress: string;
}

export interface ElasticAddress extends Resource {
  readonly address: string;
  associationId: string | undefined;
  interfaceId: string | undefined;
}

export const routeTablesOf = slice((region: SimulatedRegion) => new Collection<RouteTable>(region));
export const endpointsOf = slice((region: SimulatedRegion) => new Collection<VpcEndpoint>(region));
export const natGatewaysOf = slice((region: SimulatedRegion) => new Collection<NatGateway>(region));
export const addressesOf = slice((region: SimulatedRegion) => new Collection<ElasticAddress>(region));

export interface RouteTableOptions {
  readonly vpcId: string;
  readonly id?: string;
  readonly main?: boolean;
  readonly subnetIds?: readonly string[];
  readonly routes?: readonly Route[];
  readonly tags?: Tags;
}

/** Puts a route table into a VPC. */
export function addRouteTable(region: SimulatedRegion, options: RouteTableOptions): RouteTable {
  const { id = region.world.id('rtb'), vpcId, main = false, subnetIds = [], routes = [] } = options;
  return routeTablesOf(region).add({
    ...placed(id, options.tags),
    vpcId,
    main,
    subnetIds,
    routes: [...routes],
  });
}

export interface EndpointOptions {
  readonly vpcId: string;
  /** `ssm`, or a whole service name. */
  readonly service: string;
  readonly id?: string;
  readonly type?: VpcEndpoint['type'];
  readonly subnetIds?: readonly string[];
  readonly routeTableIds?: readonly string[];
  readonly groups?: readonly string[];
  readonly privateDns?: boolean;
  readonly policy?: string;
  readonly state?: VpcEndpoint['state'];
  readonly interfaceIds?: readonly string[];
  readonly tags?: Tags;
}

const OPEN_POLICY = '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}';

/** Puts an endpoint into a VPC. */
export function addVpcEndpoint(region: SimulatedRegion, options: EndpointOptions): VpcEndpoint {
  const { id = region.world.id('vpce'), vpcId, service, type = 'Interface' } = options;
  return endpointsOf(region).add({
    ...placed(id, options.tags),
    vpcId,
    serviceName: service.includes('.') ? service : `com.amazonaws.${region.name}.${service}`,
    type,
    subnetIds: options.subnetIds ?? [],
    routeTableIds: options.routeTableIds ?? [],
    groups: [...(options.groups ?? [])],
    privateDns: options.privateDns ?? type === 'Interface',
    policy: options.policy ?? OPEN_POLICY,
    state: options.state ?? 'available',
    interfaceIds: options.interfaceIds ?? [],
  });
}

export interface NatGatewayOptions {
  readonly vpcId: string;
  readonly subnetId: string;
  readonly id?: string;
  readonly publicAddress?: string;
}

/** Puts a NAT gateway into a subnet. */
export function addNatGateway(region: SimulatedRegion, options: NatGatewayOptions): NatGateway {
  const { id = region.world.id('nat'), vpcId, subnetId, publicAddress = '198.51.100.200' } = options;
  return natGatewaysOf(region).add({ ...placed(id), vpcId, subnetId, publicAddress });
}

export interface AddressOptions {
  readonly address: string;
  readonly id?: string;
  readonly tags?: Tags;
}

/** Gives the account an Elastic IP. */
export function addAddress(region: SimulatedRegion, options: AddressOptions): ElasticAddress {
  const { id = region.world.id('eipalloc'), address } = options;
  const common = placed(id, options.tags);
  return addressesOf(region).add({ ...common, address, associationId: undefined, interfaceId: undefined });
}
