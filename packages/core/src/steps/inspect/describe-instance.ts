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
  // By filter: EC2 takes twice as many of such calls as of those by id, which it counts among those that list all.
  const Filters = [{ Name: 'instance-id', Values: [instanceId] }];
  const { Reservations } = await account.call(ec2.DescribeInstances, { Filters });
  const found = Reservations?.flatMap((reservation) => reservation.Instances ?? [])[0];
  if (found !== undefined) return found;
  throw StepFailure.permanent(
    'SUSPECT_NOT_FOUND',
    `account ${account.id} has no instance ${instanceId} in ${account.region}`,
  );
}

/** Whether an instance in that state is lost; EC2 forgets it an hour later. */
export function isGone(state: string | undefined): boolean {
  return state === undefined || state === 'terminated' || state === 'shutting-down';
}
