import type { SimulatedAccount } from '../account.js';
import { type AwsError, awsError } from '../errors.js';
import { type InstanceProfile, profilesOf, rolesOf, type SimulatedRole } from './roles.js';

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html#API_GetRole_Errors */
export function noSuchEntity(message: string): AwsError {
  return awsError('NoSuchEntity', message, { status: 404 });
}

/** @throws AwsError `NoSuchEntity` */
export function roleNamed(account: SimulatedAccount, name: string | undefined): SimulatedRole {
  const role = rolesOf(account).get(name ?? '');
  if (role === undefined) throw noSuchEntity(`The role with name ${name} cannot be found.`);
  return role;
}

/** @throws AwsError `NoSuchEntity` */
export function profileNamed(account: SimulatedAccount, name: string | undefined): InstanceProfile {
  const profile = profilesOf(account).get(name ?? '');
  if (profile === undefined) throw noSuchEntity(`Instance Profile ${name} cannot be found.`);
  return profile;
}

/** IAM's own validation error. */
export function validationError(message: string): AwsError {
  return awsError('ValidationError', message);
}
