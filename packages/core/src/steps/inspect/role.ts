import { iam } from '../../aws/operations.js';
import type { Account } from '../../engine/account.js';
import { unless } from '../calls/failures.js';

/** The profile's own name: the last segment of its ARN, behind any path. */
export function profileName(profileArn: string): string {
  return profileArn.slice(profileArn.lastIndexOf('/') + 1);
}

/** The role inside an instance profile; its name need not be the profile's. Undefined when the profile is empty or gone. */
export async function roleOfProfile(account: Account, profileArn: string): Promise<string | undefined> {
  const answer = await unless(['NoSuchEntity', 'NoSuchEntityException'], () =>
    account.call(iam.GetInstanceProfile, { InstanceProfileName: profileName(profileArn) }),
  );
  return answer?.InstanceProfile?.Roles?.[0]?.RoleName;
}
