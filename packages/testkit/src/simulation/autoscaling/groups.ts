import type { SimulatedRegion } from '../account.js';
import { addInstance } from '../ec2/add-instance.js';
import { terminate } from '../ec2/end-instances.js';
import { instancesOf } from '../ec2/instances.js';
import { deregister, register, targetGroupsOf } from '../elasticloadbalancing/target-groups.js';
import { slice } from '../slice.js';

export type LifecycleState =
  | 'Pending'
  | 'Pending:Wait'
  | 'InService'
  | 'Terminating'
  | 'Terminating:Wait'
  | 'Warmed:Stopped'
  | 'Warmed:Running'
  | 'Detaching'
  | 'EnteringStandby'
  | 'Standby';

/** Holds instances in a `:Wait` state until its time is over; then they go on. */
export interface LifecycleHook {
  readonly name: string;
  readonly transition: 'launching' | 'terminating';
  readonly heartbeatSeconds: number;
}

/** A rollout that replaces the group's members. */
export interface InstanceRefresh {
  readonly id: string;
  readonly status: 'Pending' | 'InProgress' | 'Successful' | 'Cancelled';
  readonly percentage: number;
}

export interface Member {
  readonly instanceId: string;
  state: LifecycleState;
  health: 'Healthy' | 'Unhealthy';
  readonly protectedFromScaleIn: boolean;
}

export const PROCESSES = [
  'Launch',
  'Terminate',
  'HealthCheck',
  'ReplaceUnhealthy',
  'AZRebalance',
  'AlarmNotification',
  'ScheduledActions',
  'AddToLoadBalancer',
  'InstanceRefresh',
] as const;
export type ScalingProcess = (typeof PROCESSES)[number];

export interface AutoScalingGroup {
  readonly name: string;
  readonly arn: string;
  readonly region: SimulatedRegion;
  readonly minSize: number;
  readonly maxSize: number;
  desired: number;
  readonly healthCheckType: 'EC2' | 'ELB';
  readonly targetGroupArns: readonly string[];
  readonly suspended: Set<ScalingProcess>;
  readonly members: Map<string, Member>;
  readonly subnetIds: readonly string[];
  /** Groups of what it launches. */
  readonly securityGroups: readonly string[];
  readonly launchTemplateId: string | undefined;
  readonly createdAt: Date;
  readonly hooks: LifecycleHook[];
  /** Newest first. */
  readonly refreshes: InstanceRefresh[];
  /** Least instances that wait in its warm pool, where it has one. */
  readonly warmPoolMinSize: number | undefined;
}

export const autoScalingGroupsOf = slice((_region: SimulatedRegion) => new Map<string, AutoScalingGroup>());

export interface AutoScalingGroupOptions {
  readonly name: string;
  readonly instanceIds: readonly string[];
  readonly subnetIds: readonly string[];
  readonly securityGroups: readonly string[];
  readonly minSize?: number;
  readonly maxSize?: number;
  readonly healthCheckType?: 'EC2' | 'ELB';
  readonly targetGroupArns?: readonly string[];
  readonly launchTemplateId?: string;
  readonly protectedFromScaleIn?: boolean;
  readonly hooks?: readonly LifecycleHook[];
  readonly refreshes?: readonly InstanceRefresh[];
  /** Gives it a warm pool. */
  readonly warmPoolMinSize?: number;
}

const GROUP_TAG = 'aws:autoscaling:groupName';
const CHECK_EVERY_MS = 30_000;
const LAUNCHES_AFTER_MS = 20_000;

/** Puts an Auto Scaling group over instances that are there. It checks their health every 30 s from then on. */
export function addAutoScalingGroup(
  region: SimulatedRegion,
  options: AutoScalingGroupOptions,
): AutoScalingGroup {
  const { name, instanceIds, minSize = 1 } = options;
  const id = region.world.uuid();
  const group: AutoScalingGroup = {
    name,
    arn: region.arn('autoscaling', `autoScalingGroup:${id}:autoScalingGroupName/${name}`),
    region,
    minSize,
    maxSize: options.maxSize ?? instanceIds.length + 2,
    desired: instanceIds.length,
    healthCheckType: options.healthCheckType ?? 'EC2',
    targetGroupArns: options.targetGroupArns ?? [],
    suspended: new Set(),
    members: new Map(),
    subnetIds: options.subnetIds,
    securityGroups: options.securityGroups,
    launchTemplateId: options.launchTemplateId,
    createdAt: region.world.now(),
    hooks: [...(options.hooks ?? [])],
    refreshes: [...(options.refreshes ?? [])],
    warmPoolMinSize: options.warmPoolMinSize,
  };
  for (const instanceId of instanceIds) join(group, instanceId, options.protectedFromScaleIn ?? false);
  autoScalingGroupsOf(region).set(name, group);
  keepChecking(group);
  return group;
}

function join(group: AutoScalingGroup, instanceId: string, protectedFromScaleIn: boolean): void {
  group.members.set(instanceId, { instanceId, state: 'InService', health: 'Healthy', protectedFromScaleIn });
  instancesOf(group.region).peek(instanceId)?.tags.set(GROUP_TAG, group.name);
  for (const targets of targetGroups(group)) register(targets, instanceId, targets.port);
}

function targetGroups(group: AutoScalingGroup) {
  return group.targetGroupArns.flatMap((arn) => targetGroupsOf(group.region).get(arn) ?? []);
}

/** Takes the instance out of the group's target groups, which drain it. */
export function leaveTargetGroups(group: AutoScalingGroup, instanceId: string): void {
  for (const targets of targetGroups(group)) deregister(targets, instanceId);
}

/** The instance is the group's no more; it lives on. */
export function leave(group: AutoScalingGroup, instanceId: string): void {
  group.members.delete(instanceId);
  instancesOf(group.region).peek(instanceId)?.tags.delete(GROUP_TAG);
}

function keepChecking(group: AutoScalingGroup): void {
  group.region.world.later(CHECK_EVERY_MS, () => {
    // What one round finds unhealthy the next one ends.
    replaceUnhealthy(group);
    if (!group.suspended.has('HealthCheck'))
      for (const member of group.members.values()) check(group, member);
    keepChecking(group);
  });
}

function failsItsTargets(group: AutoScalingGroup, member: Member): boolean {
  if (group.healthCheckType !== 'ELB') return false;
  return targetGroups(group).some((targets) => targets.targets.get(member.instanceId)?.state === 'unhealthy');
}

function check(group: AutoScalingGroup, member: Member): void {
  if (member.state !== 'InService') return;
  const state = instancesOf(group.region).peek(member.instanceId)?.state;
  const runs = state === 'running' || state === 'pending';
  // Unhealthy is for good.
  if (!runs || failsItsTargets(group, member)) member.health = 'Unhealthy';
}

/** Neither termination protection nor scale-in protection stops this; only leaving the group, or suspension, does. */
function replaceUnhealthy(group: AutoScalingGroup): void {
  if (group.suspended.has('ReplaceUnhealthy') || group.suspended.has('Terminate')) return;
  for (const member of [...group.members.values()]) {
    if (member.health !== 'Unhealthy' || member.state !== 'InService') continue;
    leaveTargetGroups(group, member.instanceId);
    const seconds = heldFor(group, 'terminating');
    member.state = seconds > 0 ? 'Terminating:Wait' : 'Terminating';
    if (seconds > 0) group.region.world.later(seconds * 1_000, () => end(group, member));
    else end(group, member);
  }
  fill(group);
}

/** How long the hooks of a transition hold an instance when nobody completes them. */
function heldFor({ hooks }: AutoScalingGroup, transition: LifecycleHook['transition']): number {
  const seconds = hooks.filter((hook) => hook.transition === transition).map((hook) => hook.heartbeatSeconds);
  return Math.max(0, ...seconds);
}

function end(group: AutoScalingGroup, member: Member): void {
  member.state = 'Terminating';
  const instance = instancesOf(group.region).peek(member.instanceId);
  if (instance !== undefined) {
    terminate(instance, {
      code: 'Server.InternalError',
      message: 'Taken out of service in response to a failed health check',
    });
  }
  group.region.world.later(CHECK_EVERY_MS, () => group.members.delete(member.instanceId));
}

/** Launches what is missing up to the desired capacity. */
export function fill(group: AutoScalingGroup): void {
  if (group.suspended.has('Launch')) return;
  const serving = [...group.members.values()].filter(
    (member) => member.state === 'InService' || member.state === 'Pending',
  );
  for (let missing = group.desired - serving.length; missing > 0; missing--) launch(group);
}

function launch(group: AutoScalingGroup): void {
  const [subnetId] = group.subnetIds;
  if (subnetId === undefined) return;
  const id = group.region.world.id('i');
  group.members.set(id, { instanceId: id, state: 'Pending', health: 'Healthy', protectedFromScaleIn: false });
  group.region.world.later(LAUNCHES_AFTER_MS, () => {
    addInstance(group.region, {
      id,
      launchTime: group.region.world.now(),
      interfaces: [{ subnetId, groups: group.securityGroups }],
    });
    join(group, id, false);
  });
}
