import type { Instance } from '@cordon/core/steps';

/** What the instance's Auto Scaling group had in store for it, in one line; undefined where there was nothing. */
export function autoScalingPlans(instance: Instance | undefined): string | undefined {
  const plans = instance?.autoScaling;
  if (plans === undefined) return undefined;
  const { state, hooks, warmPool, refreshes } = plans;
  const said = [
    ...(state === 'InService' ? [] : [`the instance was ${state}`]),
    ...hooks.map(({ name, transition, seconds }) => `hook ${name} holds ${transition} ones for ${seconds} s`),
    ...(warmPool === undefined ? [] : [`${warmPool.instances} of the same image in its warm pool`]),
    ...refreshes.map(({ id, status, percentage }) => `refresh ${id} ${status}, ${percentage} %`),
  ];
  return said.length === 0 ? undefined : said.join('; ');
}
