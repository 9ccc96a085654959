import { describe, expect, it } from 'vitest';
import { endpointOf, forbiddenConnections } from '../../../src/steps/contain/live-connections.js';
import {
  canBeCut,
  inCidrs,
  pathTo,
  routesOfSubnet,
  uncuttableExits,
} from '../../../src/steps/contain/paths.js';
import { pathRisks } from '../../../src/steps/contain/residual-risks.js';

const ROUTES = [
  { DestinationCidrBlock: '10.20.0.0/16', GatewayId: 'local' },
  { DestinationIpv6CidrBlock: '2001:db8:20::/56', GatewayId: 'local' },
  { DestinationCidrBlock: '0.0.0.0/0', NatGatewayId: 'nat-1' },
  { DestinationCidrBlock: '10.99.0.0/16', TransitGatewayId: 'tgw-1' },
  { DestinationCidrBlock: '10.99.7.0/24', VpcPeeringConnectionId: 'pcx-1' },
  { DestinationIpv6CidrBlock: '::/0', GatewayId: 'igw-1' },
  { DestinationCidrBlock: '192.0.2.0/24', NetworkInterfaceId: 'eni-1', State: 'blackhole' as const },
  { DestinationPrefixListId: 'pl-1', GatewayId: 'vpce-1' },
];

describe('the path to an address', () => {
  it.each([
    ['10.20.9.9', 'vpc'],
    ['2001:db8:20:3::44', 'vpc'],
    ['203.0.113.66', 'nat-gateway'],
    ['10.99.1.1', 'transit-gateway'],
    ['10.99.7.1', 'peering'],
    ['2001:db8:ffff::1', 'internet-ipv6'],
    ['192.0.2.5', 'nat-gateway'],
    ['not an address', 'none'],
  ])('to %s is %s', (address, path) => {
    expect(pathTo(address, ROUTES)).toBe(path);
  });

  it('is only cut where AWS may stop tracking', () => {
    const all = [
      'vpc',
      'internet-ipv6',
      'peering',
      'nat-gateway',
      'egress-only-gateway',
      'transit-gateway',
      'endpoint',
    ] as const;
    expect(all.filter(canBeCut)).toEqual(['vpc', 'internet-ipv6', 'peering']);
  });

  it('is not opened, even for a moment, beside one that could never be cut again', () => {
    expect(uncuttableExits(ROUTES, 'ipv4')).toEqual(['nat-gateway', 'transit-gateway']);
    const open = [
      { DestinationCidrBlock: '10.20.0.0/16', GatewayId: 'local' },
      { DestinationCidrBlock: '0.0.0.0/0', GatewayId: 'igw-1' },
      { DestinationIpv6CidrBlock: '::/0', EgressOnlyInternetGatewayId: 'eigw-1' },
      { DestinationPrefixListId: 'pl-1', GatewayId: 'vpce-1' },
    ];
    expect(uncuttableExits(open, 'ipv4')).toEqual([]);
    expect(uncuttableExits(open, 'both')).toEqual(['egress-only-gateway']);
  });

  it('follows the subnet’s own table before the main one', () => {
    const place = { vpcId: 'vpc-1', subnetId: 'subnet-1' };
    const main = { VpcId: 'vpc-1', Associations: [{ Main: true }], Routes: [{ GatewayId: 'local' }] };
    const own = {
      VpcId: 'vpc-1',
      Associations: [{ SubnetId: 'subnet-1' }],
      Routes: [{ GatewayId: 'igw-1' }],
    };
    expect(routesOfSubnet([main, own], place)).toEqual(own.Routes);
    expect(routesOfSubnet([main], place)).toEqual(main.Routes);
    expect(routesOfSubnet([], place)).toEqual([]);
  });

  it('knows no CIDR in what is none', () => {
    expect(inCidrs('10.0.0.1', ['10.0.0.0/33', 'x/8', '10.0.0.0/', '10.0.0.0'])).toBe(false);
  });
});

describe('connections that should be dead', () => {
  const allowed = { addresses: new Set(['10.20.3.10']), cidrs: ['198.51.100.0/24'] };
  const socket = (remote: string) => ({ local: '10.20.3.44:40000', remote, bytes: 1 });

  it('are all but those to SSM', () => {
    const live = ['10.20.3.10:443', '198.51.100.9:443', '10.20.3.10:22', '203.0.113.66:4444'].map(socket);
    expect(forbiddenConnections(live, { allowed, routes: ROUTES })).toEqual([
      { ...socket('10.20.3.10:22'), path: 'vpc' },
      { ...socket('203.0.113.66:4444'), path: 'nat-gateway' },
    ]);
  });

  it.each([
    ['10.0.0.1:22', '10.0.0.1', 22],
    ['[2001:db8::1]:443', '2001:db8::1', 443],
    ['[::ffff:10.0.0.1]:80', '10.0.0.1', 80],
  ])('reads %s', (text, address, port) => {
    expect(endpointOf(text)).toEqual({ address, port });
  });
});

describe('residual risks', () => {
  const situation = { interfaceId: 'eni-a', subnetId: 'subnet-1', ipv6: false, routes: ROUTES };

  it('are named path by path, IPv6 only where there is such an address', () => {
    const paths = (ipv6: boolean) => pathRisks([{ ...situation, ipv6 }]).map(({ path }) => path);
    expect(paths(false)).toEqual(['vpc', 'nat-gateway', 'transit-gateway', 'peering', 'endpoint']);
    expect(paths(true)).toContain('internet-ipv6');
  });

  it('name every interface once', () => {
    const two = pathRisks([situation, { ...situation, interfaceId: 'eni-b' }]);
    expect(two).toHaveLength(5);
    expect(two[0]?.detail).toMatch(/^eni-a, eni-b: /);
  });
});
