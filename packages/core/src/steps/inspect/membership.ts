import { autoscaling, elasticloadbalancing, ssm } from '../../aws/operations.js';
import type { Account } from '../../engine/account.js';
import type { Instance } from '../facts.js';

/** Whether SSM hears from the agent. `PingStatus` lags by minutes: only a command that came back proves it. */
export async function ssmState(account: Account, instanceId: string): Promise<Instance['ssm']> {
  const answer = await account.call(ssm.DescribeInstanceInformation, {
    Filters: [{ Key: 'InstanceIds', Values: [instanceId] }],
  });
  const status = answer.InstanceInformationList?.[0]?.PingStatus;
  if (status === undefined) return 'unmanaged';
  return status === 'Online' ? 'online' : 'offline';
}

export interface GroupMembership {
  readonly group: string;
  /** `InService`, `Standby`, `Terminating:Wait`, `Warmed:Stopped`, ... */
  readonly state: string;
}

/** The Auto Scaling group that the instance is in, when it is in one. */
export async function autoScalingMembership(
  account: Account,
  instanceId: string,
): Promise<GroupMembership | undefined> {
  const answer = await account.call(autoscaling.DescribeAutoScalingInstances, { InstanceIds: [instanceId] });
  const found = answer.AutoScalingInstances?.[0];
  if (found?.AutoScalingGroupName === undefined) return undefined;
  return { group: found.AutoScalingGroupName, state: found.LifecycleState ?? 'unknown' };
}

export interface Registration {
  readonly targetGroupArn: string;
  readonly targets: readonly { readonly id: string; readonly port?: number }[];
}

async function targetGroups(account: Account): Promise<readonly string[]> {
  const arns: string[] = [];
  let marker: string | undefined;
  do {
    const page = await account.call(
      elasticloadbalancing.DescribeTargetGroups,
      marker === undefined ? {} : { Marker: marker },
    );
    for (const group of page.TargetGroups ?? []) if (group.TargetGroupArn) arns.push(group.TargetGroupArn);
    marker = page.NextMarker || undefined;
  } while (marker !== undefined);
  return arns;
}

async function registration(
  account: Account,
  targetGroupArn: string,
  names: ReadonlySet<string>,
): Promise<Registration> {
  const health = await account.call(elasticloadbalancing.DescribeTargetHealth, {
    TargetGroupArn: targetGroupArn,
  });
  const targets = (health.TargetHealthDescriptions ?? []).flatMap(({ Target, TargetHealth }) => {
    // A target that drains is on its way out already.
    if (Target?.Id === undefined || !names.has(Target.Id) || TargetHealth?.State === 'draining') return [];
    return [{ id: Target.Id, ...(Target.Port === undefined ? {} : { port: Target.Port }) }];
  });
  return { targetGroupArn, targets };
}

const AT_ONCE = 8;

/** Target groups that send to the instance, by its id or by one of its addresses. */
export async function registrations(
  account: Account,
  names: ReadonlySet<string>,
): Promise<readonly Registration[]> {
  const arns = await targetGroups(account);
  const found: Registration[] = [];
  for (let from = 0; from < arns.length; from += AT_ONCE) {
    const some = arns.slice(from, from + AT_ONCE);
    found.push(...(await Promise.all(some.map((arn) => registration(account, arn, names)))));
  }
  return found.filter(({ targets }) => targets.length > 0);
}
