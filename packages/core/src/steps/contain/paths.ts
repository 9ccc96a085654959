import { BlockList, isIP } from 'node:net';
import type { Route, RouteTable } from '@aws-sdk/client-ec2';

/** How packets for an address leave a subnet. */
export type ExitPath =
  | 'vpc'
  | 'internet'
  | 'internet-ipv6'
  | 'nat-gateway'
  | 'egress-only-gateway'
  | 'transit-gateway'
  | 'peering'
  | 'vpn'
  | 'endpoint'
  | 'interface'
  | 'none';

/**
 * Paths on which a flow is forgotten when the conversion group has been worn for a moment. On the others connections are
 * always tracked, whatever the rules are.
 * Source: EC2 user guide, "Security group connection tracking", automatically tracked connections.
 */
const CAN_BE_CUT: ReadonlySet<ExitPath> = new Set<ExitPath>([
  'vpc',
  'internet',
  'internet-ipv6',
  'peering',
  'vpn',
]);

export function canBeCut(path: string): boolean {
  // A path that came back out of a fact is text.
  return CAN_BE_CUT.has(path as ExitPath);
}

function gatewayPath(gatewayId: string, ipv6: boolean): ExitPath {
  if (gatewayId === 'local') return 'vpc';
  if (gatewayId.startsWith('igw-')) return ipv6 ? 'internet-ipv6' : 'internet';
  if (gatewayId.startsWith('vgw-')) return 'vpn';
  return 'endpoint';
}

function targetOf(route: Route, ipv6: boolean): ExitPath {
  if (route.GatewayId !== undefined) return gatewayPath(route.GatewayId, ipv6);
  if (route.NatGatewayId !== undefined) return 'nat-gateway';
  if (route.EgressOnlyInternetGatewayId !== undefined) return 'egress-only-gateway';
  if (route.TransitGatewayId !== undefined) return 'transit-gateway';
  if (route.VpcPeeringConnectionId !== undefined) return 'peering';
  if (route.NetworkInterfaceId !== undefined || route.InstanceId !== undefined) return 'interface';
  return 'none';
}

interface Prefix {
  readonly length: number;
  readonly covers: (address: string) => boolean;
}

function prefixOf(cidr: string): Prefix | undefined {
  const [network = '', bits = ''] = cidr.split('/');
  const version = isIP(network);
  const length = Number(bits);
  if (version === 0 || !/^[0-9]{1,3}$/.test(bits) || length > (version === 4 ? 32 : 128)) return undefined;
  const family = version === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(network, length, family);
  return { length, covers: (address) => isIP(address) === version && list.check(address, family) };
}

/** Whether the address is in one of these CIDRs. */
export function inCidrs(address: string, cidrs: readonly string[]): boolean {
  return cidrs.some((cidr) => prefixOf(cidr)?.covers(address) === true);
}

/** The path of the longest prefix that covers the address, as the VPC's router decides. */
export function pathTo(address: string, routes: readonly Route[]): ExitPath {
  let best: { readonly length: number; readonly path: ExitPath } = { length: -1, path: 'none' };
  for (const route of routes) {
    if (route.State === 'blackhole') continue;
    const prefix = prefixOf(route.DestinationCidrBlock ?? route.DestinationIpv6CidrBlock ?? '');
    if (prefix === undefined || prefix.length <= best.length || !prefix.covers(address)) continue;
    best = { length: prefix.length, path: targetOf(route, isIP(address) === 6) };
  }
  return best.path;
}

/** Every path that leads out of a subnet. */
export function pathsOf(routes: readonly Route[]): ReadonlySet<ExitPath> {
  const live = routes.filter(({ State }) => State !== 'blackhole');
  return new Set(live.map((route) => targetOf(route, route.DestinationIpv6CidrBlock !== undefined)));
}

/**
 * Ways out on which a connection can never be cut again. Where there is one, standing open for a moment would let an
 * implant dial out by it, and leave things worse than they were.
 */
export function uncuttableExits(routes: readonly Route[], family: 'ipv4' | 'both'): readonly ExitPath[] {
  const dialled = routes.filter((route) => {
    if (route.State === 'blackhole') return false;
    // Gateway endpoints have a prefix list: S3 and DynamoDB, where nobody waits for the implant.
    return (
      route.DestinationCidrBlock !== undefined ||
      (family === 'both' && route.DestinationIpv6CidrBlock !== undefined)
    );
  });
  const paths = dialled.map((route) => targetOf(route, route.DestinationIpv6CidrBlock !== undefined));
  return [...new Set(paths)].filter((path) => path !== 'none' && !canBeCut(path));
}

/** The routes of a subnet: of its own table, else of the VPC's main one. */
export function routesOfSubnet(tables: readonly RouteTable[], place: Place): readonly Route[] {
  const own = tables.find(({ Associations = [] }) =>
    Associations.some(({ SubnetId }) => SubnetId === place.subnetId),
  );
  const main = tables.find(
    ({ VpcId, Associations = [] }) => VpcId === place.vpcId && Associations.some(({ Main }) => Main === true),
  );
  return (own ?? main)?.Routes ?? [];
}

export interface Place {
  readonly vpcId: string;
  readonly subnetId: string;
}
