import { StepFailure } from '@cordon/core';
import type { Containment, Instance } from '@cordon/core/steps';

interface Seen {
  readonly instance: Instance | undefined;
  readonly containment?: Containment | undefined;
}

/** Why no script of ours can run on the suspect; undefined when one may. */
export function whyNotReachable({ instance, containment }: Seen): StepFailure | undefined {
  if (instance?.platform === 'windows')
    return StepFailure.permanent('PLATFORM_NOT_SUPPORTED', 'host steps are for Linux');
  if (instance !== undefined && instance.state !== 'running')
    return StepFailure.permanent(
      'NOT_RUNNING',
      `the instance is ${instance.state}: there is nothing to look at`,
    );
  if (instance?.ssm === 'unmanaged')
    return StepFailure.permanent('SSM_UNMANAGED', 'the instance is not managed by SSM');
  if (containment?.ssmAlive === false)
    return StepFailure.permanent('SSM_LOST', 'SSM does not reach the instance since it was contained');
  return undefined;
}

/** @throws StepFailure `PLATFORM_NOT_SUPPORTED`, `NOT_RUNNING`, `SSM_UNMANAGED`, `SSM_LOST` */
export function assertReachable(seen: Seen): void {
  const failure = whyNotReachable(seen);
  if (failure !== undefined) throw failure;
}
