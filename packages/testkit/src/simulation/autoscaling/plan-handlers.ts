import type { Handlers, SimulatedCall } from '../service.js';
import type { AutoScalingGroup } from './groups.js';
import { groupNamed, page } from './handlers.js';

type AutoScaling = typeof import('@aws-sdk/client-auto-scaling');

const TRANSITIONS = {
  launching: 'autoscaling:EC2_INSTANCE_LAUNCHING',
  terminating: 'autoscaling:EC2_INSTANCE_TERMINATING',
} as const;

const DEFAULT_RESULT = 'ABANDON';

function warmPool({ warmPoolMinSize: MinSize }: AutoScalingGroup) {
  return MinSize === undefined ? {} : { WarmPoolConfiguration: { MinSize, PoolState: 'Stopped' as const } };
}

function warmed(call: SimulatedCall<object>, group: AutoScalingGroup) {
  return page(
    call,
    [...group.members.values()].filter(({ state }) => state.startsWith('Warmed:')),
  );
}

/** What a group has in store for its members. */
export const planHandlers: Handlers<
  AutoScaling,
  'DescribeLifecycleHooks' | 'DescribeWarmPool' | 'DescribeInstanceRefreshes'
> = {
  DescribeLifecycleHooks: (call) => {
    const { name, hooks } = groupNamed(call, call.input.AutoScalingGroupName);
    return {
      LifecycleHooks: hooks.map((hook) => ({
        LifecycleHookName: hook.name,
        AutoScalingGroupName: name,
        LifecycleTransition: TRANSITIONS[hook.transition],
        HeartbeatTimeout: hook.heartbeatSeconds,
        GlobalTimeout: Math.min(172_800, hook.heartbeatSeconds * 100),
        DefaultResult: DEFAULT_RESULT,
      })),
    };
  },

  DescribeWarmPool: (call) => {
    const group = groupNamed(call, call.input.AutoScalingGroupName);
    const { items, next } = warmed(call, group);
    return {
      ...warmPool(group),
      Instances: items.map(({ instanceId, state, health }) => ({
        InstanceId: instanceId,
        AvailabilityZone: `${call.region.name}a`,
        LifecycleState: state,
        HealthStatus: health,
        ProtectedFromScaleIn: false,
      })),
      ...next,
    };
  },

  DescribeInstanceRefreshes: (call) => {
    const group = groupNamed(call, call.input.AutoScalingGroupName);
    const { items, next } = page(call, group.refreshes);
    return {
      InstanceRefreshes: items.map(({ id, status, percentage }) => ({
        InstanceRefreshId: id,
        AutoScalingGroupName: group.name,
        Status: status,
        PercentageComplete: percentage,
      })),
      ...next,
    };
  },
};
