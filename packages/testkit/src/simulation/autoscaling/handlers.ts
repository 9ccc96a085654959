import type {
  Activity,
  AutoScalingInstanceDetails,
  Instance,
  AutoScalingGroup as SdkGroup,
} from '@aws-sdk/client-auto-scaling';
import { instancesOf } from '../ec2/instances.js';
import { awsError } from '../errors.js';
import type { Handlers, SimulatedCall } from '../service.js';
import {
  type AutoScalingGroup,
  autoScalingGroupsOf,
  fill,
  leave,
  leaveTargetGroups,
  type Member,
  PROCESSES,
  type ScalingProcess,
} from './groups.js';

type AutoScaling = typeof import('@aws-sdk/client-auto-scaling');

const SETTLES_AFTER_MS = 5_000;
const MOST_PER_CALL = 20;

/** @throws AwsError `ValidationError` */
export function groupNamed(call: SimulatedCall, name: string | undefined): AutoScalingGroup {
  const group = autoScalingGroupsOf(call.region).get(name ?? '');
  if (group !== undefined) return group;
  throw awsError('ValidationError', `AutoScalingGroup name not found - AutoScalingGroup ${name} not found`);
}

/** A page as this service gives it. */
export function page<T>(
  call: SimulatedCall<{ readonly NextToken?: string | undefined; readonly MaxRecords?: number | undefined }>,
  items: readonly T[],
) {
  const { NextToken = '0', MaxRecords } = call.input;
  if (!/^\d+$/.test(NextToken)) throw awsError('InvalidNextToken', 'The NextToken value is not valid.');
  const from = Number(NextToken);
  const to = from + Math.min(MaxRecords ?? Number.POSITIVE_INFINITY, call.world.pageSize);
  return { items: items.slice(from, to), next: to < items.length ? { NextToken: String(to) } : {} };
}

function template(group: AutoScalingGroup) {
  const id = group.launchTemplateId;
  return id === undefined ? {} : { LaunchTemplate: { LaunchTemplateId: id, Version: '$Latest' } };
}

function describeMember(group: AutoScalingGroup, member: Member): AutoScalingInstanceDetails & Instance {
  const instance = instancesOf(group.region).peek(member.instanceId);
  return {
    InstanceId: member.instanceId,
    InstanceType: instance?.instanceType,
    AvailabilityZone: instance?.availabilityZone ?? `${group.region.name}a`,
    LifecycleState: member.state,
    HealthStatus: member.health,
    ProtectedFromScaleIn: member.protectedFromScaleIn,
    AutoScalingGroupName: group.name,
    ...template(group),
  };
}

function describeGroup(group: AutoScalingGroup): SdkGroup {
  return {
    AutoScalingGroupName: group.name,
    AutoScalingGroupARN: group.arn,
    MinSize: group.minSize,
    MaxSize: group.maxSize,
    DesiredCapacity: group.desired,
    DefaultCooldown: 300,
    AvailabilityZones: [`${group.region.name}a`],
    HealthCheckType: group.healthCheckType,
    HealthCheckGracePeriod: 0,
    TargetGroupARNs: [...group.targetGroupArns],
    CreatedTime: group.createdAt,
    VPCZoneIdentifier: group.subnetIds.join(','),
    SuspendedProcesses: [...group.suspended].map((ProcessName) => ({
      ProcessName,
      SuspensionReason: 'User suspended',
    })),
    Instances: [...group.members.values()].map((member) => {
      const { AutoScalingGroupName: _, ...described } = describeMember(group, member);
      return described;
    }),
    Tags: [],
    ...template(group),
  };
}

function membersNamed(group: AutoScalingGroup, ids: readonly string[] | undefined): readonly Member[] {
  if (ids === undefined || ids.length === 0) throw awsError('ValidationError', 'Instance IDs are required.');
  if (ids.length > MOST_PER_CALL)
    throw awsError('ValidationError', `You can specify up to ${MOST_PER_CALL} instances.`);
  return ids.map((id) => {
    const member = group.members.get(id);
    if (member === undefined) {
      throw awsError(
        'ValidationError',
        `The instance ${id} is not part of Auto Scaling group ${group.name}.`,
      );
    }
    return member;
  });
}

function inState(members: readonly Member[], ...states: Member['state'][]): void {
  const wrong = members.find((member) => !states.includes(member.state));
  if (wrong === undefined) return;
  throw awsError('ValidationError', `The instance ${wrong.instanceId} is not in ${states.join(' or ')}.`);
}

function decrement(group: AutoScalingGroup, count: number, doing: string): void {
  if (group.desired - count < group.minSize) {
    throw awsError(
      'ValidationError',
      `AutoScalingGroup ${group.name} has min-size=${group.minSize}, max-size=${group.maxSize}, and desired-size=${group.desired}. To ${doing} ${count} instance, please set the AutoScalingGroup sizes appropriately.`,
    );
  }
  group.desired -= count;
}

function activity(call: SimulatedCall, group: AutoScalingGroup, description: string): Activity {
  return {
    ActivityId: call.world.uuid(),
    AutoScalingGroupName: group.name,
    Description: description,
    Cause: `At ${call.world.now().toISOString()} instance was taken out in response to a user request.`,
    StartTime: call.world.now(),
    StatusCode: 'InProgress',
    Progress: 50,
  };
}

function processes(names: readonly string[] | undefined): readonly ScalingProcess[] {
  const unknown = names?.find((name) => !PROCESSES.some((process) => process === name));
  if (unknown !== undefined)
    throw awsError('ValidationError', `${unknown} is not a valid scaling process type`);
  return PROCESSES.filter((process) => names === undefined || names.length === 0 || names.includes(process));
}

export const autoScalingHandlers: Handlers<
  AutoScaling,
  | 'DescribeAutoScalingInstances'
  | 'DescribeAutoScalingGroups'
  | 'DetachInstances'
  | 'EnterStandby'
  | 'ExitStandby'
  | 'SuspendProcesses'
  | 'ResumeProcesses'
> = {
  DescribeAutoScalingInstances: (call) => {
    const ids = call.input.InstanceIds;
    const all = [...autoScalingGroupsOf(call.region).values()].flatMap((group) =>
      [...group.members.values()].map((member) => describeMember(group, member)),
    );
    // Ids that are in no group are passed over.
    const { items, next } = page(
      call,
      all.filter((one) => ids === undefined || ids.includes(one.InstanceId ?? '')),
    );
    return { AutoScalingInstances: items, ...next };
  },

  DescribeAutoScalingGroups: (call) => {
    const names = call.input.AutoScalingGroupNames;
    const all = [...autoScalingGroupsOf(call.region).values()].filter(
      (group) => names?.includes(group.name) ?? true,
    );
    const { items, next } = page(call, all);
    return { AutoScalingGroups: items.map(describeGroup), ...next };
  },

  DetachInstances: (call) => {
    const group = groupNamed(call, call.input.AutoScalingGroupName);
    const members = membersNamed(group, call.input.InstanceIds);
    inState(members, 'InService', 'Standby');
    if (call.input.ShouldDecrementDesiredCapacity === true) decrement(group, members.length, 'detach');
    for (const member of members) {
      member.state = 'Detaching';
      leaveTargetGroups(group, member.instanceId);
      call.world.later(SETTLES_AFTER_MS, () => leave(group, member.instanceId));
    }
    fill(group);
    return {
      Activities: members.map((member) =>
        activity(call, group, `Detaching EC2 instance: ${member.instanceId}`),
      ),
    };
  },

  EnterStandby: (call) => {
    const group = groupNamed(call, call.input.AutoScalingGroupName);
    const members = membersNamed(group, call.input.InstanceIds);
    inState(members, 'InService');
    if (call.input.ShouldDecrementDesiredCapacity === true)
      decrement(group, members.length, 'place into standby');
    for (const member of members) {
      member.state = 'EnteringStandby';
      leaveTargetGroups(group, member.instanceId);
      call.world.later(SETTLES_AFTER_MS, () => {
        member.state = 'Standby';
      });
    }
    fill(group);
    return {
      Activities: members.map((member) =>
        activity(call, group, `Moving EC2 instance to Standby: ${member.instanceId}`),
      ),
    };
  },

  ExitStandby: (call) => {
    const group = groupNamed(call, call.input.AutoScalingGroupName);
    const members = membersNamed(group, call.input.InstanceIds);
    inState(members, 'Standby');
    group.desired += members.length;
    for (const member of members) {
      member.state = 'Pending';
      call.world.later(SETTLES_AFTER_MS, () => {
        member.state = 'InService';
      });
    }
    return {
      Activities: members.map((member) =>
        activity(call, group, `Moving EC2 instance out of Standby: ${member.instanceId}`),
      ),
    };
  },

  SuspendProcesses: (call) => {
    const group = groupNamed(call, call.input.AutoScalingGroupName);
    for (const process of processes(call.input.ScalingProcesses)) group.suspended.add(process);
    return {};
  },

  ResumeProcesses: (call) => {
    const group = groupNamed(call, call.input.AutoScalingGroupName);
    for (const process of processes(call.input.ScalingProcesses)) group.suspended.delete(process);
    return {};
  },
};
