import { type EC2Client, ModifyNetworkInterfaceAttributeCommand } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { ANYWHERE_IPV4, addSecurityGroup, type ConnectionOptions } from '../../../src/index.js';
import { onGroupsChanged } from '../../../src/simulation/ec2/connections.js';
import { ALL_OUT, ENI, GROUP, scene, VPC } from './scene.js';

const QUARANTINE = 'sg-0cccccccccccccccc';
const CONVERSION = 'sg-0dddddddddddddddd';

const SHELL: ConnectionOptions = {
  interfaceId: ENI,
  direction: 'outbound',
  localPort: 51_544,
  remoteAddress: '203.0.113.66',
  remotePort: 4_444,
  packetEveryMs: Number.POSITIVE_INFINITY,
};

function prepare(options: Partial<ConnectionOptions> = {}) {
  const all = scene();
  const { world, region } = all;
  addSecurityGroup(region, { id: QUARANTINE, vpcId: VPC });
  addSecurityGroup(region, {
    id: CONVERSION,
    vpcId: VPC,
    rules: [ALL_OUT, { direction: 'ingress', peer: ANYWHERE_IPV4 }],
  });
  const flow = world.connections.open(region, { ...SHELL, ...options });
  if (flow === undefined) throw new Error('the groups do not let it begin');
  return { ...all, flow, carry: () => world.connections.carry(region, flow, 100) };
}

const wear = (ec2: EC2Client, ...Groups: string[]) =>
  ec2.send(new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId: ENI, Groups }));

describe('a connection of real packets', () => {
  it('counts the bytes that were carried, and no others', async () => {
    const { world, flow, carry } = prepare();
    carry();
    await world.clock.advance(3_600_000);
    carry();
    expect(flow.bytes).toBe(200);
  });

  it('is carried on after a swap while it is tracked', async () => {
    const { ec2, carry } = prepare();
    await wear(ec2, QUARANTINE);
    expect(carry()).toBe(true);
  });

  it('is cut when a packet has passed while everything was let through', async () => {
    const { ec2, flow, carry } = prepare();
    await wear(ec2, QUARANTINE);
    await wear(ec2, CONVERSION);
    expect(carry()).toBe(true);
    await wear(ec2, QUARANTINE);
    expect(carry()).toBe(false);
    expect(flow.closedBecause).toBe('group');
  });

  it('outlives a window in which it kept silent', async () => {
    const { ec2, carry } = prepare();
    await wear(ec2, CONVERSION);
    await wear(ec2, QUARANTINE);
    expect(carry()).toBe(true);
  });

  it('outlives the window on a path that is always tracked', async () => {
    const { ec2, carry } = prepare({ path: 'nat-gateway' });
    await wear(ec2, CONVERSION);
    carry();
    await wear(ec2, QUARANTINE);
    expect(carry()).toBe(true);
  });

  it('is dropped when it was silent for longer than it is remembered', async () => {
    const { world, ec2, carry, flow } = prepare();
    await wear(ec2, QUARANTINE);
    await world.clock.advance(5 * 24 * 3_600_000 + 1_000);
    expect(carry()).toBe(false);
    expect(flow.closedBecause).toBe('idle');
  });
});

it('tells of every change of groups after it has happened', async () => {
  const { world, region, ec2 } = scene();
  addSecurityGroup(region, { id: QUARANTINE, vpcId: VPC });
  const heard: string[][] = [];
  onGroupsChanged(world, (one) => heard.push([...one.groups]));
  await wear(ec2, QUARANTINE);
  await wear(ec2, GROUP);
  expect(heard).toEqual([[QUARANTINE], [GROUP]]);
});
