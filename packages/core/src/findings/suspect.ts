import type { Suspect } from '../engine/finding.js';

const INSTANCE_ID = /^i-[0-9a-f]{8,17}$/;
const ACCOUNT = /^[0-9]{12}$/;
/** `eu-west-1`, `us-gov-west-1`, and the European sovereign cloud's `eusc-de-east-1`. */
const REGION = /^[a-z]{2,4}(-[a-z]+)+-[0-9]$/;
const PARTITIONS = ['aws', 'aws-cn', 'aws-us-gov', 'aws-eusc'] as const;

/** Where something lies, as an ARN tells it. */
export interface Place {
  readonly partition: Suspect['partition'];
  readonly region: string;
  readonly account: string;
}

export function isInstanceId(value: unknown): value is string {
  return typeof value === 'string' && INSTANCE_ID.test(value);
}

export function isAccount(value: unknown): value is string {
  return typeof value === 'string' && ACCOUNT.test(value);
}

export function isRegion(value: unknown): value is string {
  return typeof value === 'string' && REGION.test(value);
}

export function partitionNamed(value: unknown): Suspect['partition'] | undefined {
  return PARTITIONS.find((partition) => partition === value);
}

/** Partition, region and account of an ARN; undefined when it is none that names all three. */
export function placeOf(arn: unknown): Place | undefined {
  if (typeof arn !== 'string') return undefined;
  const [prefix, partitionText, , region, account] = arn.split(':', 6);
  const partition = partitionNamed(partitionText);
  if (prefix !== 'arn' || partition === undefined || !isRegion(region) || !isAccount(account))
    return undefined;
  return { partition, region, account };
}

/** The instance that an id or an ARN ends in: `i-...`, `arn:aws:ec2:...:instance/i-...`. */
export function instanceIn(text: unknown): string | undefined {
  if (typeof text !== 'string') return undefined;
  const last = text.slice(text.lastIndexOf('/') + 1);
  return isInstanceId(last) ? last : undefined;
}

/**
 * The instance whose credentials these are: its role's session is named after it, `AROA...:i-...`. Only to be believed
 * where the detector knows that the session is an instance's: whoever may assume a role may name a session so.
 */
export function instanceOfPrincipal(principalId: unknown): string | undefined {
  if (typeof principalId !== 'string') return undefined;
  const session = principalId.slice(principalId.lastIndexOf(':') + 1);
  return principalId.includes(':') && isInstanceId(session) ? session : undefined;
}

/** What GuardDuty puts where a sample finding needs an instance. */
export const SAMPLE_INSTANCE = 'i-99999999';
