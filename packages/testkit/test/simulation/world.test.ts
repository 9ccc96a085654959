import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { addInstance, addSubnet, addVpc, createWorld, slice } from '../../src/index.js';
import { client, REGION, SUBNET, SUSPECT_ACCOUNT, VPC } from './ec2/scene.js';

async function shortLife(seed: number): Promise<void> {
  await using world = createWorld({ seed });
  const region = world.account(SUSPECT_ACCOUNT).region(REGION);
  addVpc(region, { id: VPC });
  addSubnet(region, { id: SUBNET, vpcId: VPC });
  addInstance(region, { interfaces: [{ subnetId: SUBNET, groups: [] }] });
  const ec2 = client(world);
  for (let i = 0; i < 10; i++) await ec2.send(new DescribeInstancesCommand({}));
}

describe('a world', () => {
  it('leaves nothing behind: memory stays flat over hundreds of them', async () => {
    setFlagsFromString('--expose-gc');
    const collect: () => void = runInNewContext('gc');
    const heapAfter = async (worlds: number) => {
      for (let i = 0; i < worlds; i++) await shortLife(i);
      collect();
      return process.memoryUsage().heapUsed;
    };
    const before = await heapAfter(50);
    expect((await heapAfter(300)) - before).toBeLessThan(3_000_000);
  });

  it('draws the same ids from the same seed', () => {
    const ids = (seed: number) => {
      const world = createWorld({ seed });
      return [world.id('i'), world.uuid(), world.principalId('AROA')];
    };
    expect(ids(1)).toEqual(ids(1));
    expect(ids(1)).not.toEqual(ids(2));
    expect(ids(1)[0]).toMatch(/^i-0[0-9a-f]{16}$/);
  });

  it('lets what is due happen in order, each at its own moment', async () => {
    await using world = createWorld();
    const happened: string[] = [];
    const began = world.now().getTime();
    const note = (name: string) => happened.push(`${name}@${world.now().getTime() - began}`);
    world.later(2_000, () => note('second'));
    world.later(1_000, () => {
      note('first');
      world.later(500, () => note('between'));
    });
    await world.clock.advance(10_000);
    world.settle();
    expect(happened).toEqual(['first@1000', 'between@1500', 'second@2000']);
  });

  it('keeps state in slices, one for each owner', async () => {
    await using world = createWorld();
    const namesOf = slice((_region: object) => new Set<string>());
    const [here, there] = [world.account('1').region('a'), world.account('1').region('b')];
    namesOf(here).add('x');
    expect([...namesOf(here)]).toEqual(['x']);
    expect([...namesOf(there)]).toEqual([]);
  });
});
