import { StopInstancesCommand } from '@aws-sdk/client-ec2';
import { DeleteRolePolicyCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { DescribeInstanceInformationCommand } from '@aws-sdk/client-ssm';
import { describe, expect, it } from 'vitest';
import { autoScalingGroupsOf, leave } from '../../src/simulation/autoscaling/groups.js';
import { endpointsOf } from '../../src/simulation/ec2/network.js';
import { killAgent } from '../../src/ssm/nodes.js';
import { codeOf, ssmWorld, TO_ENDPOINTS } from './ssm-world.js';

const INSTANCE = 'i-0f3a9c51d2b7e8460';
const about = new DescribeInstanceInformationCommand({
  Filters: [{ Key: 'InstanceIds', Values: [INSTANCE] }],
});

async function withStatus(...parameters: Parameters<typeof ssmWorld>) {
  const made = await ssmWorld(...parameters);
  const status = async () =>
    (await made.ssm.send(about)).InstanceInformationList?.[0]?.PingStatus ?? 'unknown';
  return { ...made, status };
}

describe('an agent', () => {
  it('is online on a server that has been running', async () => {
    const { ssm, status } = await withStatus();
    expect(await status()).toBe('Online');
    const none = await ssm.send(
      new DescribeInstanceInformationCommand({
        Filters: [{ Key: 'InstanceIds', Values: ['i-00000000000000000'] }],
      }),
    );
    expect(none.InstanceInformationList).toEqual([]);
    expect(
      await codeOf(
        ssm.send(new DescribeInstanceInformationCommand({ Filters: [{ Key: 'Nonsense', Values: ['x'] }] })),
      ),
    ).toBe('InvalidFilterKey');
  });

  it('comes back through the endpoints when the groups are swapped', async () => {
    const { quarantine, send, ended, look, seconds } = await withStatus();
    await quarantine([TO_ENDPOINTS]);
    const id = await send('true');
    await seconds(3);
    expect((await look(id)).Status).toBe('Pending');
    expect((await ended(id)).Status).toBe('Success');
  });

  it('is lost without a way out; its status lags, and commands are never delivered', async () => {
    const { quarantine, send, look, status, seconds } = await withStatus();
    await quarantine([]);
    expect(await status()).toBe('Online');
    const id = await send('true', { TimeoutSeconds: 60 });
    await seconds(61);
    expect(await look(id)).toMatchObject({ Status: 'TimedOut', StatusDetails: 'Delivery Timed Out' });
    await seconds(540);
    expect(await status()).toBe('ConnectionLost');
    expect(await codeOf(send('true'))).toBe('InvalidInstanceId');
  });

  it('lives without endpoints by its public address, if the groups let it', async () => {
    const { quarantine, send, ended, look, seconds } = await withStatus({ endpoints: 'absent' });
    expect((await ended(await send('true'))).Status).toBe('Success');
    await quarantine([TO_ENDPOINTS]);
    const id = await send('true', { TimeoutSeconds: 30 });
    await seconds(40);
    expect((await look(id)).StatusDetails).toBe('Delivery Timed Out');
  });

  it('hibernates when its role is denied whole, and is slow to come back', async () => {
    const { world, scene, send, look, seconds, status } = await withStatus();
    const iam = new IAMClient({
      region: 'eu-west-1',
      credentials: world.account(scene.ids.suspectAccount).credentials(),
    });
    const deny = { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] };
    const name = { RoleName: scene.ids.roleName, PolicyName: 'deny' };
    await iam.send(new PutRolePolicyCommand({ ...name, PolicyDocument: JSON.stringify(deny) }));
    const id = await send('true', { TimeoutSeconds: 30 });
    await seconds(40);
    expect((await look(id)).StatusDetails).toBe('Delivery Timed Out');
    await iam.send(new DeleteRolePolicyCommand(name));
    await seconds(120);
    await seconds(440);
    expect(await status()).toBe('ConnectionLost');
    await seconds(1_800);
    expect(await status()).toBe('Online');
  });

  it('lives on under a deny that spares it', async () => {
    const { world, scene, send, ended } = await withStatus();
    const iam = new IAMClient({
      region: 'eu-west-1',
      credentials: world.account(scene.ids.suspectAccount).credentials(),
    });
    const PolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Deny',
          NotAction: ['ssmmessages:*', 'ec2messages:*', 'ssm:UpdateInstanceInformation'],
          Resource: '*',
          Condition: { StringLike: { 'aws:userid': `*:${INSTANCE}` } },
        },
      ],
    });
    await iam.send(
      new PutRolePolicyCommand({ RoleName: scene.ids.roleName, PolicyName: 'deny', PolicyDocument }),
    );
    expect((await ended(await send('true'))).Status).toBe('Success');
  });

  it('pings every five minutes, and its last ping is so old', async () => {
    const { world, ssm, seconds } = await withStatus();
    const pings = new Set<number>();
    for (let minute = 0; minute < 20; minute += 1) {
      const [told] = (await ssm.send(about)).InstanceInformationList ?? [];
      const at = told?.LastPingDateTime?.getTime() ?? 0;
      expect(world.now().getTime() - at).toBeLessThan(5 * 60_000);
      pings.add(at);
      await seconds(60);
    }
    expect(pings.size).toBe(5);
  });

  it('that is killed is online for some minutes, and nobody hears how its command ends', async () => {
    const { world, scene, send, ended, seconds, status, ssm } = await withStatus();
    const lastPing = async () => (await ssm.send(about)).InstanceInformationList?.[0]?.LastPingDateTime;
    const sent = world.now().getTime();
    const id = await send('true', {}, { executionTimeout: ['600'] });
    killAgent(scene.suspectRegion, INSTANCE);
    const last = await lastPing();
    await seconds(240);
    expect(await status()).toBe('Online');
    expect(await ended(id)).toMatchObject({ Status: 'TimedOut', StatusDetails: 'Execution Timed Out' });
    expect(world.now().getTime() - sent).toBeGreaterThanOrEqual(600_000);
    expect(await status()).toBe('ConnectionLost');
    expect(await lastPing()).toEqual(last);
  });

  it('that is cut off tells how a command has ended when it is back', async () => {
    const { quarantine, send, look, ended, seconds } = await withStatus();
    const id = await send('sleep 4');
    await seconds(3);
    await quarantine([TO_ENDPOINTS]);
    expect((await look(id)).Status).toBe('InProgress');
    await seconds(3);
    expect((await look(id)).Status).toBe('InProgress');
    expect((await ended(id)).Status).toBe('Success');
  });

  it('of a stopped instance is not listed', async () => {
    const { ec2, scene, seconds, status } = await withStatus();
    for (const group of autoScalingGroupsOf(scene.suspectRegion).values()) leave(group, INSTANCE);
    await ec2.send(new StopInstancesCommand({ InstanceIds: [INSTANCE] }));
    await seconds(120);
    expect(await status()).toBe('unknown');
  });

  it('is unknown where there is none', async () => {
    const { status, send } = await withStatus({ agent: 'absent' });
    expect(await status()).toBe('unknown');
    expect(await codeOf(send('true'))).toBe('InvalidInstanceId');
  });

  it('hibernates when the policy of its endpoint lets it do nothing', async () => {
    const { scene, quarantine, send, look, seconds } = await withStatus();
    const named = endpointsOf(scene.suspectRegion)
      .all()
      .find(({ serviceName }) => serviceName.endsWith('.ssmmessages'));
    if (named === undefined) throw new Error('no such endpoint');
    const statement = { Effect: 'Allow', Principal: '*', Action: 'ssmmessages:*', Resource: '*' };
    const denied = { ...statement, Effect: 'Deny', Action: 'ssmmessages:CreateControlChannel' };
    Object.assign(named, { policy: JSON.stringify({ Statement: [statement, denied] }) });
    await quarantine([TO_ENDPOINTS]);
    const id = await send('true', { TimeoutSeconds: 120 });
    await seconds(121);
    expect(await look(id)).toMatchObject({ StatusDetails: 'Delivery Timed Out' });
  });
});
