import type { Instance as Ec2Instance } from '@aws-sdk/client-ec2';
import { ec2 } from '../../aws/operations.js';
import type { Account } from '../../engine/account.js';
import { StepFailure } from '../../engine/failure.js';
import type { Suspect } from '../../engine/finding.js';

/**
 * The instance as EC2 describes it.
 *
 * @throws StepFailure `SUSPECT_NOT_FOUND` when this account and region have no such instance: it never existed here, or
 * was terminated more than an hour ago.
 */
export async function describeInstance(account: Account, suspect: Suspect): Promise<Ec2Instance> {
  const { instanceId } = suspect;
  const missing = (cause?: unknown) =>
    StepFailure.permanent(
      'SUSPECT_NOT_FOUND',
      `account ${account.id} has no instance ${instanceId} in ${account.region}`,
      { cause },
    );
  const answer = await account.call(ec2.DescribeInstances, { InstanceIds: [instanceId] }).catch((error) => {
    const unknown = error instanceof StepFailure && /^InvalidInstanceID\./.test(error.code);
    throw unknown ? missing(error) : error;
  });
  const found = answer.Reservations?.flatMap((reservation) => reservation.Instances ?? [])[0];
  if (found === undefined) throw missing();
  return found;
}

/** Whether an instance in that state is lost; EC2 forgets it an hour later. */
export function isGone(state: string | undefined): boolean {
  return state === undefined || state === 'terminated' || state === 'shutting-down';
}
