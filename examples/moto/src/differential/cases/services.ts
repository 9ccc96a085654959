import {
  DescribeAutoScalingGroupsCommand,
  DescribeAutoScalingInstancesCommand,
  DetachInstancesCommand,
  EnterStandbyCommand,
  ResumeProcessesCommand,
  SuspendProcessesCommand,
} from '@aws-sdk/client-auto-scaling';
import {
  DeregisterTargetsCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  GetCommandInvocationCommand,
  GetParameterCommand,
  GetParametersCommand,
  ListCommandsCommand,
  SendCommandCommand,
} from '@aws-sdk/client-ssm';
import { type Case, UNKNOWN, type World } from '../world.ts';

const one = (AutoScalingGroupName: string, InstanceId: string) => ({
  AutoScalingGroupName,
  InstanceIds: [InstanceId],
  ShouldDecrementDesiredCapacity: false,
});

const AUTO_SCALING: readonly Case[] = [
  {
    name: 'DescribeAutoScalingInstances: a member',
    ask: ({ autoscaling, instanceId }) =>
      autoscaling.send(new DescribeAutoScalingInstancesCommand({ InstanceIds: [instanceId] })),
  },
  {
    name: 'DescribeAutoScalingInstances: an unknown instance',
    ask: ({ autoscaling }) =>
      autoscaling.send(new DescribeAutoScalingInstancesCommand({ InstanceIds: [UNKNOWN.instance] })),
  },
  {
    name: 'DescribeAutoScalingGroups: one',
    ask: ({ autoscaling, autoScalingGroup }) =>
      autoscaling.send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [autoScalingGroup] })),
  },
  {
    name: 'DescribeAutoScalingGroups: an unknown one',
    ask: ({ autoscaling }) =>
      autoscaling.send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: ['nobody'] })),
  },
  {
    name: 'DetachInstances: an instance that is no member',
    ask: ({ autoscaling, autoScalingGroup }) =>
      autoscaling.send(new DetachInstancesCommand(one(autoScalingGroup, UNKNOWN.instance))),
  },
  {
    name: 'DetachInstances: from an unknown group',
    ask: ({ autoscaling, instanceId }) =>
      autoscaling.send(new DetachInstancesCommand(one('nobody', instanceId))),
  },
  {
    name: 'EnterStandby: an instance that is no member',
    ask: ({ autoscaling, autoScalingGroup }) =>
      autoscaling.send(new EnterStandbyCommand(one(autoScalingGroup, UNKNOWN.instance))),
  },
  {
    name: 'SuspendProcesses: two',
    ask: ({ autoscaling, autoScalingGroup }) =>
      autoscaling.send(
        new SuspendProcessesCommand({
          AutoScalingGroupName: autoScalingGroup,
          ScalingProcesses: ['Terminate', 'ReplaceUnhealthy'],
        }),
      ),
  },
  {
    name: 'SuspendProcesses: of an unknown group',
    ask: ({ autoscaling }) =>
      autoscaling.send(new SuspendProcessesCommand({ AutoScalingGroupName: 'nobody' })),
  },
  {
    name: 'SuspendProcesses: an unknown process',
    ask: ({ autoscaling, autoScalingGroup }) =>
      autoscaling.send(
        new SuspendProcessesCommand({ AutoScalingGroupName: autoScalingGroup, ScalingProcesses: ['Panic'] }),
      ),
  },
  {
    name: 'ResumeProcesses: what is not suspended',
    ask: ({ autoscaling, autoScalingGroup }) =>
      autoscaling.send(
        new ResumeProcessesCommand({ AutoScalingGroupName: autoScalingGroup, ScalingProcesses: ['Launch'] }),
      ),
  },
];

const NO_TARGET_GROUP = (world: World) =>
  `${world.targetGroupArn.slice(0, world.targetGroupArn.lastIndexOf('/') - 1)}x/0123456789abcdef`;

const BALANCING: readonly Case[] = [
  {
    name: 'DescribeTargetGroups: all',
    ask: ({ balancing }) => balancing.send(new DescribeTargetGroupsCommand({})),
  },
  {
    name: 'DescribeTargetGroups: an unknown one',
    ask: (world) =>
      world.balancing.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [NO_TARGET_GROUP(world)] })),
  },
  {
    name: 'DescribeTargetHealth: of one group',
    ask: ({ balancing, targetGroupArn }) =>
      balancing.send(new DescribeTargetHealthCommand({ TargetGroupArn: targetGroupArn })),
  },
  {
    name: 'DescribeTargetHealth: of an unknown group',
    ask: (world) =>
      world.balancing.send(new DescribeTargetHealthCommand({ TargetGroupArn: NO_TARGET_GROUP(world) })),
  },
  {
    name: 'DeregisterTargets: an instance that is not registered',
    ask: async (world) => {
      const { balancing, targetGroupArn } = world;
      const Targets = [{ Id: UNKNOWN.instance }];
      return balancing.send(new DeregisterTargetsCommand({ TargetGroupArn: targetGroupArn, Targets }));
    },
  },
  {
    name: 'DeregisterTargets: of an unknown group',
    ask: (world) =>
      world.balancing.send(
        new DeregisterTargetsCommand({
          TargetGroupArn: NO_TARGET_GROUP(world),
          Targets: [{ Id: world.instanceId }],
        }),
      ),
  },
  {
    name: 'RegisterTargets: an unknown instance',
    ask: ({ balancing, targetGroupArn }) =>
      balancing.send(
        new RegisterTargetsCommand({ TargetGroupArn: targetGroupArn, Targets: [{ Id: UNKNOWN.instance }] }),
      ),
  },
];

const SYSTEMS_MANAGER: readonly Case[] = [
  {
    name: 'GetParameter: one',
    ask: ({ ssm, parameter }) => ssm.send(new GetParameterCommand({ Name: parameter })),
  },
  {
    name: 'GetParameter: an unknown one',
    ask: ({ ssm }) => ssm.send(new GetParameterCommand({ Name: '/no/such' })),
  },
  {
    name: 'GetParameters: one, and an unknown one',
    ask: ({ ssm, parameter }) => ssm.send(new GetParametersCommand({ Names: [parameter, '/no/such'] })),
  },
  {
    name: 'SendCommand: to an unknown instance',
    ask: ({ ssm }) =>
      ssm.send(
        new SendCommandCommand({
          DocumentName: 'AWS-RunShellScript',
          InstanceIds: [UNKNOWN.instance],
          Parameters: { commands: ['true'] },
        }),
      ),
  },
  {
    name: 'GetCommandInvocation: of an unknown command',
    ask: ({ ssm, instanceId }) =>
      ssm.send(
        new GetCommandInvocationCommand({
          CommandId: '5f3d9d7e-1111-4111-8111-111111111111',
          InstanceId: instanceId,
        }),
      ),
  },
  {
    name: 'ListCommands: of an instance that was sent none',
    ask: ({ ssm, instanceId }) => ssm.send(new ListCommandsCommand({ InstanceId: instanceId })),
  },
];

export const SERVICE_CASES: readonly Case[] = [...AUTO_SCALING, ...BALANCING, ...SYSTEMS_MANAGER];
