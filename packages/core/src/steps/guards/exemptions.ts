import * as v from 'valibot';
import { s3, ssm } from '../../aws/operations.js';
import type { Account } from '../../engine/account.js';
import { StepFailure } from '../../engine/failure.js';
import type { Suspect } from '../../engine/finding.js';
import type { StepActions } from '../../engine/step.js';

/** Strict: a misspelt field would exempt nobody, and nobody would notice. */
const ExemptionsSchema = v.strictObject({
  /** `i-...` */
  instances: v.exactOptional(v.array(v.pipe(v.string(), v.regex(/^i-[0-9a-f]{8,17}$/)))),
  /** Twelve digits. */
  accounts: v.exactOptional(v.array(v.pipe(v.string(), v.regex(/^[0-9]{12}$/)))),
  /** Of instances; a `*` at the end stands for anything. */
  arns: v.exactOptional(v.array(v.pipe(v.string(), v.regex(/^arn:[a-z-]+:ec2:[^*\s]*\*?$/)))),
});

/**
 * What is never contained automatically. From the security account's own configuration: tags on the suspect are the
 * intruder's to write.
 */
export interface Exemptions {
  /** `i-...` */
  readonly instances?: readonly string[];
  /** Twelve digits. */
  readonly accounts?: readonly string[];
  /** Of instances; a `*` at the end stands for anything. */
  readonly arns?: readonly string[];
}

/** Where the security account keeps its list, as JSON: `{"instances": [...], "accounts": [...], "arns": [...]}`. */
export type ExemptionSource =
  /** Of Parameter Store, in the region of the security account's session. */
  { readonly parameter: string } | { readonly bucket: string; readonly key: string };

function arnOf({ partition, region, account, instanceId }: Suspect): string {
  return `arn:${partition}:ec2:${region}:${account}:instance/${instanceId}`;
}

function matches(pattern: string, arn: string): boolean {
  return pattern.endsWith('*') ? arn.startsWith(pattern.slice(0, -1)) : arn === pattern;
}

/** Why the suspect is exempt; undefined when it is not. */
export function exemptionOf(exemptions: Exemptions, suspect: Suspect): string | undefined {
  const { instances = [], accounts = [], arns = [] } = exemptions;
  if (instances.includes(suspect.instanceId)) return `instance ${suspect.instanceId} is exempt`;
  if (accounts.includes(suspect.account)) return `account ${suspect.account} is exempt`;
  const pattern = arns.find((one) => matches(one, arnOf(suspect)));
  return pattern === undefined ? undefined : `${pattern} is exempt`;
}

/** What reading the list needs in the security account. */
export function exemptionActions(source: ExemptionSource | undefined): StepActions {
  if (source === undefined) return {};
  return { security: ['parameter' in source ? 'ssm:GetParameter' : 's3:GetObject'] };
}

async function textOf(account: Account, source: ExemptionSource): Promise<string | undefined> {
  if ('parameter' in source) {
    const answer = await account.call(ssm.GetParameter, { Name: source.parameter, WithDecryption: true });
    return answer.Parameter?.Value;
  }
  const { bucket, key } = source;
  const place = { Bucket: bucket, Key: key, ExpectedBucketOwner: account.id };
  return (await account.call(s3.GetObject, place)).Body?.transformToString('utf-8');
}

/**
 * Reads the list that the security account keeps.
 *
 * @throws StepFailure `EXEMPTIONS_INVALID` when it is not what it should be: then nobody knows who is exempt
 */
export async function readExemptions(account: Account, source: ExemptionSource): Promise<Exemptions> {
  const text = await textOf(account, source);
  try {
    return v.parse(ExemptionsSchema, JSON.parse(text ?? ''));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw StepFailure.permanent('EXEMPTIONS_INVALID', `the list of exemptions cannot be read: ${why}`);
  }
}
