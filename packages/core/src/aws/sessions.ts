import type { Account } from '../engine/account.js';
import { awaitOther, type Clock } from '../engine/clock.js';
import { StepFailure } from '../engine/failure.js';
import { awsAccount } from './account.js';
import type { ClientDefaults } from './client.js';
import { type CredentialProvider, type Credentials, defaultCredentials, memoized } from './credentials.js';
import { sts } from './operations.js';
import { RequestLimits } from './request-limits.js';
import { sourceIdentityOf } from './source-identity.js';
import { INCIDENT_TAG } from './tag-names.js';

export interface AwsSessionsOptions {
  readonly clock: Clock;
  /** Who Cordon is before it assumes roles. Default: the SDK's provider chain. */
  readonly credentials?: CredentialProvider;
  readonly clientDefaults?: ClientDefaults;
}

export interface SessionTarget {
  /** Twelve digits; a session that turns out to be in another account is refused. */
  readonly account: string;
  readonly region: string;
  /** Session name and tag: what CloudTrail shows in the account. */
  readonly incidentId: string;
  /** Without it, the base credentials are used as they are. */
  readonly roleArn?: string;
  readonly externalId?: string;
  /** The person behind the run, kept by AWS over role chaining. */
  readonly sourceIdentity?: string;
  /**
   * The person who said yes to this incident: `SourceIdentity` instead, where the role's trust policy lets us set it.
   * Where it does not, containment goes on without: who said yes stands in the journal anyway.
   */
  readonly approver?: string;
}

export interface AwsSessions {
  /** One session per target; made without a call to AWS, which follows when it is first used. */
  session(target: SessionTarget): Account;
}

interface Assumed {
  readonly credentials: CredentialProvider;
  readonly principal: () => Promise<string>;
}

/** AWS caps a chained role at one hour, whatever the role itself allows. */
const SESSION_SECONDS = 3600;

/** A presigned URL dies with the credentials that signed it, so they must outlive the longest we hand out. */
const VALID_FOR_MS = 20 * 60_000;

function accountOf(arn: string): string {
  return arn.split(':')[4] ?? '';
}

function checkAccount(arn: string, target: SessionTarget): void {
  if (accountOf(arn) === target.account) return;
  throw StepFailure.permanent('ACCOUNT_DOES_NOT_MATCH', `${arn} is not in account ${target.account}`);
}

/** As STS answers. */
interface StsCredentials {
  readonly AccessKeyId: string | undefined;
  readonly SecretAccessKey: string | undefined;
  readonly SessionToken: string | undefined;
  readonly Expiration: Date | undefined;
}

function toCredentials(given: StsCredentials | undefined, roleArn: string): Credentials {
  if (given?.AccessKeyId === undefined || given.SecretAccessKey === undefined) {
    throw StepFailure.retryable('NO_CREDENTIALS', `sts:AssumeRole ${roleArn} gave no credentials`);
  }
  return {
    accessKeyId: given.AccessKeyId,
    secretAccessKey: given.SecretAccessKey,
    ...(given.SessionToken === undefined ? {} : { sessionToken: given.SessionToken }),
    ...(given.Expiration === undefined ? {} : { expiration: given.Expiration }),
  };
}

function assumeRole(base: Account, target: SessionTarget, roleArn: string, sourceIdentity?: string) {
  return base.call(sts.AssumeRole, {
    RoleArn: roleArn,
    RoleSessionName: target.incidentId,
    DurationSeconds: SESSION_SECONDS,
    Tags: [{ Key: INCIDENT_TAG, Value: target.incidentId }],
    ...(target.externalId === undefined ? {} : { ExternalId: target.externalId }),
    ...(sourceIdentity === undefined ? {} : { SourceIdentity: sourceIdentity }),
  });
}

async function assumeForApprover(base: Account, target: SessionTarget, roleArn: string) {
  const { approver, sourceIdentity } = target;
  if (approver === undefined) return assumeRole(base, target, roleArn, sourceIdentity);
  try {
    return await assumeRole(base, target, roleArn, sourceIdentityOf(approver));
  } catch (error) {
    const refused = error instanceof StepFailure && error.code === 'AccessDenied';
    if (!refused) throw error;
    return assumeRole(base, target, roleArn, sourceIdentity);
  }
}

/** Credentials of the role, and the name they have in CloudTrail. */
function assumed(base: Account, target: SessionTarget, roleArn: string, clock: Clock): Assumed {
  let arn: string | undefined;
  const provider = async (): Promise<Credentials> => {
    const answer = await assumeForApprover(base, target, roleArn);
    arn = answer.AssumedRoleUser?.Arn ?? roleArn;
    checkAccount(arn, target);
    return toCredentials(answer.Credentials, roleArn);
  };
  const credentials = memoized(provider, { clock, validForMs: VALID_FOR_MS });
  return {
    credentials,
    async principal() {
      await credentials();
      return arn ?? roleArn;
    },
  };
}

/** The base credentials' own name, asked once. */
function caller(base: () => Account, target: SessionTarget, clock: Clock): () => Promise<string> {
  let known: Promise<string> | undefined;
  const ask = async () => {
    const { Arn } = await base().call(sts.GetCallerIdentity, {});
    if (Arn === undefined) throw StepFailure.retryable('NO_PRINCIPAL', 'sts:GetCallerIdentity gave no ARN');
    checkAccount(Arn, target);
    return Arn;
  };
  return () => {
    if (known !== undefined) return awaitOther(clock, known);
    known = ask().catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  };
}

/**
 * Sessions with accounts: base credentials, then `sts:AssumeRole` with the incident as session name and tag, renewed
 * before they expire. The role's trust policy must allow `sts:TagSession` (and `sts:SetSourceIdentity` where used).
 */
export function awsSessions(options: AwsSessionsOptions): AwsSessions {
  const { clock } = options;
  const clientDefaults = options.clientDefaults ?? {};
  const base = options.credentials === undefined ? defaultCredentials() : memoized(options.credentials);
  const sessions = new Map<string, Account>();
  const limits = new RequestLimits(clock);

  function open(target: SessionTarget): Account {
    const { account: id, region } = target;
    const seed = `${target.incidentId} ${id} ${region}`;
    const common = { id, region, clock, clientDefaults, limits, seed };
    const own: Account = awsAccount({
      ...common,
      credentials: base,
      principal: caller(() => own, target, clock),
    });
    if (target.roleArn === undefined) return own;
    return awsAccount({ ...common, ...assumed(own, target, target.roleArn, clock) });
  }

  return {
    session(target) {
      const { account, region, incidentId, roleArn, externalId, sourceIdentity, approver } = target;
      const key = JSON.stringify([
        account,
        region,
        incidentId,
        roleArn,
        externalId,
        sourceIdentity,
        approver,
      ]);
      const session = sessions.get(key) ?? open(target);
      sessions.set(key, session);
      return session;
    },
  };
}
