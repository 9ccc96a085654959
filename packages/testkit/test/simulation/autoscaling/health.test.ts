import {
  AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  DescribeAutoScalingInstancesCommand,
  DetachInstancesCommand,
  EnterStandbyCommand,
  ExitStandbyCommand,
  ResumeProcessesCommand,
  SuspendProcessesCommand,
} from '@aws-sdk/client-auto-scaling';
import { ModifyNetworkInterfaceAttributeCommand } from '@aws-sdk/client-ec2';
import {
  DeregisterTargetsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, it } from 'vitest';
import {
  addAutoScalingGroup,
  addInstance,
  addSecurityGroup,
  addTargetGroup,
  instancesOf,
} from '../../../src/index.js';
import { ENI, GROUP, INSTANCE, REGION, SUBNET, SUSPECT_ACCOUNT, scene, VPC } from '../ec2/scene.js';

const QUARANTINE = 'sg-0cccccccccccccccc';
const NAME = 'shop-frontend';
const MINUTE = 60_000;

function prepare() {
  const all = scene({ pageSize: 10 });
  const { region, world, ec2 } = all;
  const other = addInstance(region, { interfaces: [{ subnetId: SUBNET, groups: [GROUP] }] });
  addSecurityGroup(region, { id: QUARANTINE, vpcId: VPC });
  const targets = addTargetGroup(region, { name: 'shop', vpcId: VPC, targets: [INSTANCE, other.id] });
  const group = addAutoScalingGroup(region, {
    name: NAME,
    instanceIds: [INSTANCE, other.id],
    subnetIds: [SUBNET],
    securityGroups: [GROUP],
    healthCheckType: 'ELB',
    targetGroupArns: [targets.arn],
    minSize: 2,
  });
  const credentials = world.account(SUSPECT_ACCOUNT).credentials();
  const asg = new AutoScalingClient({ region: REGION, credentials });
  const elb = new ElasticLoadBalancingV2Client({ region: REGION, credentials });
  const isolate = () =>
    ec2.send(new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId: ENI, Groups: [QUARANTINE] }));
  const stateOfSuspect = async () => {
    await world.clock.advance(5 * MINUTE);
    return instancesOf(region).peek(INSTANCE)?.state;
  };
  const named = { AutoScalingGroupName: NAME, InstanceIds: [INSTANCE] };
  return { ...all, group, targets, asg, elb, isolate, stateOfSuspect, named };
}

describe('a member of an Auto Scaling group', () => {
  it('is terminated when isolation makes it unhealthy, protected or not, and replaced', async () => {
    const { isolate, stateOfSuspect, suspect, asg } = prepare();
    suspect.disableApiTermination = true;
    await isolate();
    expect(await stateOfSuspect()).toBe('terminated');
    const { AutoScalingGroups } = await asg.send(
      new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [NAME] }),
    );
    expect(AutoScalingGroups?.[0]?.Instances).toHaveLength(2);
    expect(AutoScalingGroups?.[0]?.Instances?.map((one) => one.InstanceId)).not.toContain(INSTANCE);
  });

  it('lives when it was detached first, and is replaced without lowering the capacity', async () => {
    const { isolate, stateOfSuspect, asg, named, group } = prepare();
    await asg.send(new DetachInstancesCommand({ ...named, ShouldDecrementDesiredCapacity: false }));
    await isolate();
    expect(await stateOfSuspect()).toBe('running');
    expect(group.desired).toBe(2);
    expect(group.members.size).toBe(2);
    const { AutoScalingInstances } = await asg.send(
      new DescribeAutoScalingInstancesCommand({ InstanceIds: [INSTANCE] }),
    );
    expect(AutoScalingInstances).toEqual([]);
    const again = asg.send(new DetachInstancesCommand({ ...named, ShouldDecrementDesiredCapacity: false }));
    await expect(again).rejects.toMatchObject({
      name: 'ValidationError',
      message: `The instance ${INSTANCE} is not part of Auto Scaling group ${NAME}.`,
    });
  });

  it('cannot be detached with a lower capacity than the least', async () => {
    const { asg, named } = prepare();
    const lower = asg.send(new DetachInstancesCommand({ ...named, ShouldDecrementDesiredCapacity: true }));
    await expect(lower).rejects.toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining('min-size=2'),
    });
  });

  it('lives in standby, and comes back', async () => {
    const { isolate, stateOfSuspect, asg, named } = prepare();
    await asg.send(new EnterStandbyCommand({ ...named, ShouldDecrementDesiredCapacity: false }));
    await isolate();
    expect(await stateOfSuspect()).toBe('running');
    await asg.send(new ExitStandbyCommand(named));
  });

  it('lives while the processes that would end it are suspended', async () => {
    const { isolate, stateOfSuspect, asg } = prepare();
    const ScalingProcesses = ['ReplaceUnhealthy', 'Terminate'];
    await asg.send(new SuspendProcessesCommand({ AutoScalingGroupName: NAME, ScalingProcesses }));
    await isolate();
    expect(await stateOfSuspect()).toBe('running');
    await asg.send(new ResumeProcessesCommand({ AutoScalingGroupName: NAME, ScalingProcesses }));
    expect(await stateOfSuspect()).toBe('terminated');
    const unknown = asg.send(
      new SuspendProcessesCommand({ AutoScalingGroupName: NAME, ScalingProcesses: ['Sleep'] }),
    );
    await expect(unknown).rejects.toMatchObject({ name: 'ValidationError' });
  });

  it('carries the tag of its group as long as it is in it', async () => {
    const { asg, named, suspect, stateOfSuspect } = prepare();
    expect(suspect.tags.get('aws:autoscaling:groupName')).toBe(NAME);
    await asg.send(new DetachInstancesCommand({ ...named, ShouldDecrementDesiredCapacity: false }));
    await stateOfSuspect();
    expect(suspect.tags.has('aws:autoscaling:groupName')).toBe(false);
  });
});

describe('a target', () => {
  const health = async (elb: ElasticLoadBalancingV2Client, TargetGroupArn: string) => {
    const { TargetHealthDescriptions } = await elb.send(
      new DescribeTargetHealthCommand({ TargetGroupArn, Targets: [{ Id: INSTANCE }] }),
    );
    return TargetHealthDescriptions?.[0]?.TargetHealth;
  };

  it('is drained for five minutes when it is deregistered', async () => {
    const { elb, targets, world } = prepare();
    const Targets = [{ Id: INSTANCE }];
    await elb.send(new DeregisterTargetsCommand({ TargetGroupArn: targets.arn, Targets }));
    expect(await health(elb, targets.arn)).toMatchObject({
      State: 'draining',
      Reason: 'Target.DeregistrationInProgress',
    });
    await world.clock.advance(4 * MINUTE);
    expect((await health(elb, targets.arn))?.State).toBe('draining');
    await world.clock.advance(MINUTE);
    expect(await health(elb, targets.arn)).toMatchObject({ State: 'unused', Reason: 'Target.NotRegistered' });
    await elb.send(new RegisterTargetsCommand({ TargetGroupArn: targets.arn, Targets }));
    expect((await health(elb, targets.arn))?.State).toBe('initial');
  });

  it('is unhealthy after two failed checks', async () => {
    const { elb, targets, world, ec2 } = prepare();
    await ec2.send(
      new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId: ENI, Groups: [QUARANTINE] }),
    );
    await world.clock.advance(31_000);
    expect((await health(elb, targets.arn))?.State).toBe('healthy');
    await world.clock.advance(30_000);
    expect(await health(elb, targets.arn)).toMatchObject({ State: 'unhealthy', Reason: 'Target.Timeout' });
  });

  it("of an unknown group is refused by the SDK's own class", async () => {
    const { elb } = prepare();
    await expect(
      health(elb, 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/no/1'),
    ).rejects.toMatchObject({
      name: 'TargetGroupNotFoundException',
    });
  });

  it('is held by a lifecycle hook before it is ended', async () => {
    const all = prepare();
    all.group.hooks.push({ name: 'drain', transition: 'terminating', heartbeatSeconds: 900 });
    await all.isolate();
    expect(await all.stateOfSuspect()).toBe('running');
    expect(all.group.members.get(INSTANCE)?.state).toBe('Terminating:Wait');
    await all.world.clock.advance(15 * MINUTE);
    expect(await all.stateOfSuspect()).toBe('terminated');
  });
});
