import {
  CreateTagsCommand,
  DescribeInstancesCommand,
  DescribeVpcsCommand,
  type EC2Client,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { client, INSTANCE, SECURITY_ACCOUNT, scene } from './scene.js';

/** How many of so many calls at once are refused, and as what. */
async function refused(times: number, call: () => Promise<unknown>): Promise<readonly unknown[]> {
  const ends = await Promise.allSettled(Array.from({ length: times }, call));
  return ends.flatMap((end) => (end.status === 'rejected' ? [Reflect.get(end.reason, 'name')] : []));
}

const instant = () => scene({ latencyMs: [0, 0] });
const listVpcs = (ec2: EC2Client) => () => ec2.send(new DescribeVpcsCommand({}));
const named = { Filters: [{ Name: 'instance-id', Values: [INSTANCE] }] };

describe('how often EC2 lets itself be called', () => {
  it('is a hundred reads of one kind at once, and twenty a second from then on', async () => {
    const { ec2, world } = instant();
    expect(await refused(103, listVpcs(ec2))).toEqual(Array(3).fill('RequestLimitExceeded'));
    await world.clock.advance(500);
    expect(await refused(12, listVpcs(ec2))).toHaveLength(2);
    await world.clock.advance(60_000);
    expect(await refused(100, listVpcs(ec2))).toEqual([]);
  });

  it('is less for lists of all there is, for changes, and for new instances', async () => {
    const { ec2 } = instant();
    expect(await refused(60, () => ec2.send(new DescribeInstancesCommand({})))).toHaveLength(10);
    expect(await refused(60, () => ec2.send(new DescribeInstancesCommand(named)))).toEqual([]);
    const tag = { Resources: [INSTANCE], Tags: [{ Key: 'a', Value: 'b' }] };
    expect(await refused(60, () => ec2.send(new CreateTagsCommand(tag)))).toHaveLength(10);
    const launches = await refused(8, () =>
      ec2.send(new RunInstancesCommand({ MinCount: 1, MaxCount: 1, ImageId: 'ami-0' })),
    );
    expect(launches.filter((name) => name === 'RequestLimitExceeded')).toHaveLength(3);
  });

  it('is counted for each operation and each account', async () => {
    const { ec2, world } = instant();
    const other = client(world, SECURITY_ACCOUNT);
    expect(await refused(101, listVpcs(ec2))).toHaveLength(1);
    expect(await refused(100, listVpcs(other))).toEqual([]);
    expect(await refused(1, () => ec2.send(new DescribeInstancesCommand(named)))).toEqual([]);
  });
});
