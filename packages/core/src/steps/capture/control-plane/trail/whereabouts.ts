import { BlockList, isIP } from 'node:net';
import { ec2 } from '../../../../aws/operations.js';
import type { SuspectContext } from '../../../../engine/context.js';
import { optional } from '../../../calls/failures.js';
import { listAll } from '../../../calls/list-all.js';
import type { ControlPlaneFacts } from '../source.js';

const PRIVATE = new BlockList();
for (const [net, prefix] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
] as const)
  PRIVATE.addSubnet(net, prefix, 'ipv4');
PRIVATE.addSubnet('fc00::', 7, 'ipv6');

/** Where a call came from, as far as an address tells. */
export type Whereabouts = 'own' | 'service' | 'inside' | 'elsewhere';

export type Locate = (address: string) => Whereabouts;

/** The addresses behind which the VPC's private subnets go out. */
async function gatewayAddresses(ctx: SuspectContext, vpcIds: readonly string[]): Promise<readonly string[]> {
  if (vpcIds.length === 0) return [];
  const gateways = await listAll(ctx.suspectAccount, ec2.DescribeNatGateways, {
    input: { Filter: [{ Name: 'vpc-id', Values: [...vpcIds] }] },
    items: (page) => page.NatGateways,
  });
  return gateways.flatMap(({ NatGatewayAddresses = [] }) =>
    NatGatewayAddresses.flatMap(({ PublicIp }) => PublicIp ?? []),
  );
}

export const LOCATE_ACTIONS = ['ec2:DescribeNatGateways'];

/** By the addresses that the instance had before it was contained. */
export async function locator(ctx: SuspectContext, { instance }: ControlPlaneFacts): Promise<Locate> {
  const interfaces = instance?.interfaces ?? [];
  const vpcIds = [...new Set(interfaces.map(({ vpcId }) => vpcId))];
  const gateways = await optional(ctx, 'NAT gateways', {
    from: () => gatewayAddresses(ctx, vpcIds),
    instead: [],
  });
  const own = new Set([
    ...interfaces.flatMap((one) => [...one.privateAddresses, ...one.ipv6Addresses, one.publicAddress]),
    ...gateways,
  ]);
  return (address) => {
    const family = isIP(address);
    if (family === 0) return 'service';
    if (own.has(address)) return 'own';
    return PRIVATE.check(address, family === 6 ? 'ipv6' : 'ipv4') ? 'inside' : 'elsewhere';
  };
}
