import type {
  TargetGroup as SdkGroup,
  TargetHealth,
  TargetHealthDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { instancesOf } from '../ec2/instances.js';
import { awsError } from '../errors.js';
import type { Handlers, SimulatedCall } from '../service.js';
import { deregister, register, type Target, type TargetGroup, targetGroupsOf } from './target-groups.js';

type Elb = typeof import('@aws-sdk/client-elastic-load-balancing-v2');

function groupNamed(call: SimulatedCall, arn: string | undefined): TargetGroup {
  const group = targetGroupsOf(call.region).get(arn ?? '');
  if (group === undefined) throw awsError('TargetGroupNotFound', 'One or more target groups not found');
  return group;
}

function describe(group: TargetGroup): SdkGroup {
  return {
    TargetGroupArn: group.arn,
    TargetGroupName: group.name,
    Protocol: group.protocol,
    Port: group.port,
    VpcId: group.vpcId,
    TargetType: group.targetType,
    LoadBalancerArns: [...group.loadBalancerArns],
    HealthCheckEnabled: true,
    HealthCheckIntervalSeconds: 30,
    HealthyThresholdCount: 2,
    UnhealthyThresholdCount: 2,
  };
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetHealth.html */
const HEALTH: Readonly<Record<Target['state'], TargetHealth>> = {
  healthy: { State: 'healthy' },
  initial: {
    State: 'initial',
    Reason: 'Elb.RegistrationInProgress',
    Description: 'Target registration is in progress',
  },
  unhealthy: { State: 'unhealthy', Reason: 'Target.Timeout', Description: 'Request timed out' },
  draining: {
    State: 'draining',
    Reason: 'Target.DeregistrationInProgress',
    Description: 'Target deregistration is in progress',
  },
};

const NOT_REGISTERED: TargetHealth = {
  State: 'unused',
  Reason: 'Target.NotRegistered',
  Description: 'Target is not registered to the target group',
};

function health(group: TargetGroup, id: string): TargetHealthDescription {
  const target = group.targets.get(id);
  return {
    Target: { Id: id, Port: target?.port ?? group.port },
    HealthCheckPort: String(target?.port ?? group.port),
    TargetHealth: target === undefined ? NOT_REGISTERED : HEALTH[target.state],
  };
}

function page(
  call: SimulatedCall<{ readonly Marker?: string | undefined; readonly PageSize?: number | undefined }>,
  groups: readonly TargetGroup[],
) {
  const from = Number(call.input.Marker ?? 0);
  const to = from + Math.min(call.input.PageSize ?? Number.POSITIVE_INFINITY, call.world.pageSize);
  const next = to < groups.length ? { NextMarker: String(to) } : {};
  return { TargetGroups: groups.slice(from, to).map(describe), ...next };
}

export const loadBalancingHandlers: Handlers<
  Elb,
  'DescribeTargetGroups' | 'DescribeTargetHealth' | 'DeregisterTargets' | 'RegisterTargets'
> = {
  DescribeTargetGroups: (call) => {
    const { TargetGroupArns, Names, LoadBalancerArn } = call.input;
    const named = TargetGroupArns?.map((arn) => groupNamed(call, arn)) ?? [
      ...targetGroupsOf(call.region).values(),
    ];
    const unknown = Names?.find((name) => !named.some((group) => group.name === name));
    if (unknown !== undefined) groupNamed(call, unknown);
    return page(
      call,
      named.filter((group) => {
        const byName = Names === undefined || Names.includes(group.name);
        return byName && (LoadBalancerArn === undefined || group.loadBalancerArns.includes(LoadBalancerArn));
      }),
    );
  },

  DescribeTargetHealth: (call) => {
    const group = groupNamed(call, call.input.TargetGroupArn);
    const ids = call.input.Targets?.map((target) => target.Id ?? '') ?? [...group.targets.keys()];
    return { TargetHealthDescriptions: ids.map((id) => health(group, id)) };
  },

  DeregisterTargets: (call) => {
    const group = groupNamed(call, call.input.TargetGroupArn);
    // A target that is not there is no error.
    for (const { Id = '' } of call.input.Targets ?? []) deregister(group, Id);
    return {};
  },

  RegisterTargets: (call) => {
    const group = groupNamed(call, call.input.TargetGroupArn);
    for (const { Id = '', Port } of call.input.Targets ?? []) {
      const instance = instancesOf(call.region).peek(Id);
      if (group.targetType === 'instance' && instance?.state !== 'running') {
        throw awsError(
          'InvalidTarget',
          `The following targets are not in a running state and cannot be registered: '${Id}'`,
        );
      }
      register(group, Id, Port ?? group.port);
    }
    return {};
  },
};
