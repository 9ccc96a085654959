import {
  type Clock,
  type Environment,
  type Finding,
  type InspectableJournal,
  manualFinding,
} from '@cordon/core';
import { awsEnvironment, awsSessions, type Credentials, s3Evidence, s3Journal } from '@cordon/core/aws';
import { VirtualClock } from '@cordon/testkit';
import { plainAccount, REGION } from './accounts.ts';
import { answered } from './answered.ts';
import { type PreparedSecurity, prepareSecurity } from './security.ts';
import { type PreparedSuspect, prepareSuspect } from './suspect.ts';

export interface PreparedAccounts {
  readonly endpoint: string;
  readonly suspect: PreparedSuspect;
  readonly security: PreparedSecurity;
}

/** Cordon's own way to the accounts: the real clients over HTTP. */
export interface Reach {
  readonly environment: Environment;
  readonly journal: InspectableJournal;
}

/** Two accounts in moto, and how Cordon reaches them. */
export interface Scene extends PreparedAccounts, Reach {
  readonly finding: Finding;
}

/** The roles that Cordon acts in; unless a test makes them, moto lets anybody wear them. */
export const RESPONDER = 'CordonResponder';
export const FORENSICS = 'CordonForensics';

function addressIn(name: 'CORDON_MOTO_URL' | 'CORDON_STRICT_MOTO_URL'): string {
  const url = process.env[name];
  if (url !== undefined && /^http:\/\/127\.0\.0\.1:\d+$/.test(url)) return url;
  throw new Error(`${name} is not set: start these tests by \`pnpm test:moto\``);
}

/** The server that `scripts/moto.mjs` has started. */
export const motoUrl = () => addressIn('CORDON_MOTO_URL');

/** Another one, for the test that has it look at signatures and policies. */
export const strictMotoUrl = () => addressIn('CORDON_STRICT_MOTO_URL');

let accounts = 0;

/** Account ids that no test has used yet: moto makes an account of every id that it is told. */
export function freshAccountId(): string {
  accounts += 1;
  return `${String(process.pid % 1_000_000).padStart(6, '7')}${String(accounts).padStart(6, '0')}`;
}

export interface ReachOptions {
  readonly clock: Clock;
  /** Who Cordon is before it assumes roles. Default: the security account's administrator. */
  readonly operator?: Credentials;
}

/** Sessions, evidence store and journal as a process makes them that knows the accounts and nothing else. */
export function reachOf(accounts: PreparedAccounts, options: ReachOptions): Reach {
  const { endpoint, suspect, security } = accounts;
  const { clock, operator = security.account.credentials } = options;
  const common = {
    clock,
    credentials: async () => operator,
    clientDefaults: { '*': { endpoint }, s3: { forcePathStyle: true } },
  };
  const target = {
    account: security.account.id,
    region: REGION,
    roleArn: `arn:aws:iam::${security.account.id}:role/${FORENSICS}`,
  };
  const account = awsSessions(common).session({ ...target, incidentId: 'cordon-evidence' });
  const place = { account, bucket: security.bucket, clock };
  const environment = awsEnvironment({
    ...common,
    evidence: s3Evidence({ ...place, retention: { for: { days: 30 } } }),
    suspect: { roleArn: (id) => `arn:aws:iam::${id}:role/${RESPONDER}`, externalId: 'cordon-demo' },
    security: target,
  });
  const plain = { suspect: suspect.account, security: security.account };
  return { environment: answered(environment, plain), journal: s3Journal(place) };
}

export async function prepareAccounts(endpoint: string): Promise<PreparedAccounts> {
  const [suspect, security] = await Promise.all([
    plainAccount(endpoint, freshAccountId()).then(prepareSuspect),
    plainAccount(endpoint, freshAccountId()).then(prepareSecurity),
  ]);
  return { endpoint, suspect, security };
}

export async function prepareScene(): Promise<Scene> {
  const accounts = await prepareAccounts(motoUrl());
  // Waits cost nothing: moto is done with everything at once.
  const reach = reachOf(accounts, { clock: new VirtualClock(new Date()) });
  return { ...accounts, finding: findingOf(accounts), ...reach };
}

export function findingOf({ suspect }: PreparedAccounts): Finding {
  return manualFinding({
    account: suspect.account.id,
    region: REGION,
    instanceId: suspect.instanceId,
    reason: 'it talks to 203.0.113.66',
  });
}
