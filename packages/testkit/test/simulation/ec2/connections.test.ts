import {
  AuthorizeSecurityGroupIngressCommand,
  type EC2Client,
  ModifyNetworkInterfaceAttributeCommand,
  RevokeSecurityGroupIngressCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import {
  ANYWHERE_IPV4,
  ANYWHERE_IPV6,
  addSecurityGroup,
  type Connection,
  type ConnectionOptions,
  type SimulatedRegion,
  type SimulatedWorld,
} from '../../../src/index.js';
import { ALL_OUT, ENI, GROUP, INSTANCE, scene, VPC } from './scene.js';

const QUARANTINE = 'sg-0cccccccccccccccc';
const OPEN_IPV6 = 'sg-0eeeeeeeeeeeeeeee';
const CONVERSION = 'sg-0dddddddddddddddd';

function prepare() {
  const all = scene();
  addSecurityGroup(all.region, { id: QUARANTINE, vpcId: VPC });
  addSecurityGroup(all.region, {
    id: CONVERSION,
    vpcId: VPC,
    rules: [ALL_OUT, { direction: 'ingress', peer: ANYWHERE_IPV4 }],
  });
  return all;
}

/** The reverse shell to the controller. */
const SHELL: ConnectionOptions = {
  interfaceId: ENI,
  direction: 'outbound',
  localPort: 51_544,
  remoteAddress: '203.0.113.66',
  remotePort: 4_444,
};

function open(
  world: SimulatedWorld,
  region: SimulatedRegion,
  options: Partial<ConnectionOptions> = {},
): Connection {
  const flow = world.connections.open(region, { ...SHELL, ...options });
  if (flow === undefined) throw new Error('the groups do not let it begin');
  return flow;
}

const swap = (ec2: EC2Client, ...Groups: string[]) =>
  ec2.send(new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId: ENI, Groups }));

describe('connections', () => {
  it('are not cut by a group swap while they are tracked, and go on counting bytes', async () => {
    const { world, region, ec2 } = prepare();
    open(world, region);
    await swap(ec2, QUARANTINE);
    await world.clock.advance(5_000);
    const before = world.connections.live(region, INSTANCE)[0]?.bytes ?? 0;
    await world.clock.advance(3_600_000);
    const [flow] = world.connections.live(region, INSTANCE);
    expect(flow).toMatchObject({ tracked: true, closedAt: undefined });
    expect(flow?.bytes).toBeGreaterThan(before);
  });

  it('cannot begin under the quarantine group', async () => {
    const { world, region, ec2 } = prepare();
    await swap(ec2, QUARANTINE);
    expect(world.connections.open(region, SHELL)).toBeUndefined();
  });

  it('are cut by quarantine, conversion, quarantine', async () => {
    const { world, region, ec2 } = prepare();
    open(world, region);
    await swap(ec2, QUARANTINE);
    await swap(ec2, CONVERSION);
    await world.clock.advance(5_000);
    expect(world.connections.live(region, INSTANCE)).toMatchObject([{ tracked: false }]);
    await swap(ec2, QUARANTINE);
    expect(world.connections.of(region, INSTANCE)).toMatchObject([{ closedBecause: 'group' }]);
  });

  it('survive a conversion window shorter than their pause between packets', async () => {
    const { world, region, ec2 } = prepare();
    open(world, region, { packetEveryMs: 60_000 });
    await swap(ec2, CONVERSION);
    await world.clock.advance(5_000);
    await swap(ec2, QUARANTINE);
    expect(world.connections.live(region, INSTANCE)).toHaveLength(1);
  });

  it.each(['nat-gateway', 'network-load-balancer', 'privatelink', 'transit-gateway'] as const)(
    'stay tracked through a %s, whatever the groups say',
    async (path) => {
      const { world, region, ec2 } = prepare();
      open(world, region, { path });
      await swap(ec2, CONVERSION);
      await world.clock.advance(30_000);
      await swap(ec2, QUARANTINE);
      expect(world.connections.live(region, INSTANCE)).toMatchObject([{ tracked: true }]);
    },
  );

  it('of ICMP stay tracked', async () => {
    const { world, region, ec2 } = prepare();
    await swap(ec2, CONVERSION);
    expect(open(world, region, { protocol: 'icmp' }).tracked).toBe(true);
  });

  it('from anywhere are untracked when everything may answer, and end with their rule', async () => {
    const { world, region, ec2 } = prepare();
    const inbound = {
      direction: 'inbound',
      localPort: 443,
      remoteAddress: '192.0.2.7',
      remotePort: 40_001,
    } as const;
    expect(open(world, region, inbound).tracked).toBe(false);
    const IpPermissions = [
      { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp: '0.0.0.0/0' }] },
    ];
    await ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId: GROUP, IpPermissions }));
    expect(world.connections.of(region, INSTANCE)).toMatchObject([{ closedBecause: 'group' }]);
  });

  it('from a named network are tracked', async () => {
    const { world, region, ec2 } = prepare();
    const IpPermissions = [
      { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '192.0.2.0/24' }] },
    ];
    await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: GROUP, IpPermissions }));
    const ssh = {
      direction: 'inbound',
      localPort: 22,
      remoteAddress: '192.0.2.7',
      remotePort: 40_001,
    } as const;
    expect(open(world, region, ssh).tracked).toBe(true);
    expect(
      world.connections.open(region, { ...SHELL, ...ssh, remoteAddress: '198.51.100.1' }),
    ).toBeUndefined();
  });

  it('end when they were idle for longer than the interface lets them', async () => {
    const { world, region, ec2 } = prepare();
    open(world, region, { packetEveryMs: 90_000 });
    await ec2.send(
      new ModifyNetworkInterfaceAttributeCommand({
        NetworkInterfaceId: ENI,
        ConnectionTrackingSpecification: { TcpEstablishedTimeout: 60 },
      }),
    );
    await swap(ec2, QUARANTINE);
    await world.clock.advance(80_000);
    expect(world.connections.live(region, INSTANCE)).toHaveLength(1);
    await world.clock.advance(20_000);
    expect(world.connections.of(region, INSTANCE)).toMatchObject([{ closedBecause: 'idle' }]);
  });

  it('lose their way back with the public address, where they go through the internet gateway', async () => {
    const { world, region, ec2 } = prepare();
    addSecurityGroup(region, {
      id: OPEN_IPV6,
      vpcId: VPC,
      rules: [{ direction: 'egress', peer: ANYWHERE_IPV6 }],
    });
    await swap(ec2, GROUP, OPEN_IPV6);
    open(world, region);
    open(world, region, { path: 'vpc', remoteAddress: '10.20.3.7' });
    open(world, region, { remoteAddress: '2001:db8::66', path: 'egress-only-gateway' });
    await ec2.send(
      new ModifyNetworkInterfaceAttributeCommand({
        NetworkInterfaceId: ENI,
        AssociatePublicIpAddress: false,
      }),
    );
    expect(world.connections.live(region, INSTANCE).map((flow) => flow.path)).toEqual([
      'vpc',
      'egress-only-gateway',
    ]);
  });

  it('to the resolver and to IMDS are filtered by no group', async () => {
    const { world, region, ec2 } = prepare();
    await swap(ec2, QUARANTINE);
    const dns = { protocol: 'udp', remoteAddress: '10.20.0.2', remotePort: 53, path: 'resolver' } as const;
    expect(open(world, region, dns).closedAt).toBeUndefined();
  });

  it('end with their instance', async () => {
    const { world, region, ec2 } = prepare();
    open(world, region);
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: [INSTANCE] }));
    expect(world.connections.live(region, INSTANCE)).toEqual([]);
  });
});
