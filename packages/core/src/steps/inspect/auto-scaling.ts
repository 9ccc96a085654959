import { autoscaling } from '../../aws/operations.js';
import type { Account } from '../../engine/account.js';
import type { BaseContext } from '../../engine/context.js';
import { listAll } from '../calls/list-all.js';
import type { AutoScaling } from '../facts.js';
import type { GroupMembership } from './membership.js';

export const AUTO_SCALING_READS = [
  'autoscaling:DescribeInstanceRefreshes',
  'autoscaling:DescribeLifecycleHooks',
  'autoscaling:DescribeWarmPool',
];

const MOST_LISTED = 20;
const ENDED = /^(Successful|Failed|Cancelled|RollbackFailed|RollbackSuccessful)$/;

async function hooksOf(account: Account, group: string): Promise<AutoScaling['hooks']> {
  const answer = await account.call(autoscaling.DescribeLifecycleHooks, { AutoScalingGroupName: group });
  return (answer.LifecycleHooks ?? []).map((hook) => ({
    name: hook.LifecycleHookName ?? '',
    transition: hook.LifecycleTransition?.endsWith('TERMINATING') === true ? 'terminating' : 'launching',
    seconds: hook.HeartbeatTimeout ?? 0,
  }));
}

async function warmPoolOf(account: Account, group: string): Promise<Pick<AutoScaling, 'warmPool'>> {
  let configured = false;
  const instances = await listAll(account, autoscaling.DescribeWarmPool, {
    input: { AutoScalingGroupName: group },
    items: (page) => {
      configured ||= page.WarmPoolConfiguration !== undefined;
      return page.Instances;
    },
  });
  return configured || instances.length > 0 ? { warmPool: { instances: instances.length } } : {};
}

async function refreshesOf(account: Account, group: string): Promise<AutoScaling['refreshes']> {
  // Newest first: one that is under way is on the first page.
  const all = await listAll(account, autoscaling.DescribeInstanceRefreshes, {
    input: { AutoScalingGroupName: group },
    items: (page) => page.InstanceRefreshes,
    maxPages: 1,
  });
  return all
    .filter(({ Status = '' }) => !ENDED.test(Status))
    .map((one) => ({
      id: one.InstanceRefreshId ?? '',
      status: one.Status ?? 'unknown',
      percentage: one.PercentageComplete ?? 0,
    }));
}

/** What the suspect's Auto Scaling group has in store for it: hooks, warm pool, rollouts. Changes nothing. */
export async function autoScalingPlans(
  account: Account,
  { group, state }: GroupMembership,
): Promise<AutoScaling> {
  const [hooks, pool, refreshes] = await Promise.all([
    hooksOf(account, group),
    warmPoolOf(account, group),
    refreshesOf(account, group),
  ]);
  return {
    state,
    hooks: hooks.slice(0, MOST_LISTED),
    ...pool,
    refreshes: refreshes.slice(0, MOST_LISTED),
  };
}

/** What a responder has to know of it at once. */
export function remarkOnAutoScaling(ctx: BaseContext, group: string, plans: AutoScaling): void {
  const { state, hooks, warmPool, refreshes } = plans;
  if (state !== 'InService') ctx.notice('AUTO_SCALING_STATE', `the instance is ${state} in ${group}`);
  for (const { name, transition, seconds } of hooks)
    ctx.notice('LIFECYCLE_HOOK', `${name} of ${group} holds ${transition} instances for up to ${seconds} s`);
  if (warmPool !== undefined)
    ctx.notice(
      'WARM_POOL',
      `${warmPool.instances} instances wait in the warm pool of ${group}: made of the same image`,
    );
  for (const { id, status, percentage } of refreshes)
    ctx.notice('INSTANCE_REFRESH', `${id} of ${group} is ${status}, ${percentage} %: it replaces members`);
}
