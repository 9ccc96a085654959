import type { Route } from '@aws-sdk/client-ec2';
import { ec2 } from '../../aws/operations.js';
import type { SuspectContext } from '../../engine/context.js';
import { listAll } from '../calls/list-all.js';
import { type Place, routesOfSubnet } from './paths.js';

/** The routes that each of these interfaces' subnets has, by subnet. */
export async function routesOf(
  ctx: SuspectContext,
  places: readonly Place[],
): Promise<ReadonlyMap<string, readonly Route[]>> {
  const vpcs = [...new Set(places.map(({ vpcId }) => vpcId))];
  if (vpcs.length === 0) return new Map();
  const tables = await listAll(ctx.suspectAccount, ec2.DescribeRouteTables, {
    input: { Filters: [{ Name: 'vpc-id', Values: vpcs }] },
    items: (page) => page.RouteTables,
  });
  return new Map(places.map((place) => [place.subnetId, routesOfSubnet(tables, place)]));
}
