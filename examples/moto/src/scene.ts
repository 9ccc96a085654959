import {
  type Clock,
  type Environment,
  type Finding,
  type InspectableJournal,
  manualFinding,
} from '@cordon/core';
import { awsEnvironment, awsSessions, s3Evidence, s3Journal } from '@cordon/core/aws';
import { VirtualClock } from '@cordon/testkit';
import { plainAccount, REGION } from './accounts.ts';
import { answered } from './answered.ts';
import { type PreparedSecurity, prepareSecurity } from './security.ts';
import { type PreparedSuspect, prepareSuspect } from './suspect.ts';

export interface PreparedAccounts {
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

/** The address that `scripts/moto.mjs` tells. */
export function motoUrl(): string {
  const url = process.env['CORDON_MOTO_URL'];
  if (url !== undefined && /^http:\/\/127\.0\.0\.1:\d+$/.test(url)) return url;
  throw new Error('CORDON_MOTO_URL is not set: start these tests by `pnpm test:moto`');
}

let accounts = 0;

/** Account ids that no test has used yet: moto makes an account of every id that it is told. */
export function freshAccountId(): string {
  accounts += 1;
  return `${String(process.pid % 1_000_000).padStart(6, '7')}${String(accounts).padStart(6, '0')}`;
}

/** Sessions, evidence store and journal as a process makes them that knows the accounts and nothing else. */
export function reachOf(accounts: PreparedAccounts, clock: Clock): Reach {
  const { suspect, security } = accounts;
  const endpoint = motoUrl();
  const common = {
    clock,
    credentials: async () => security.account.credentials,
    clientDefaults: { '*': { endpoint }, s3: { forcePathStyle: true } },
  };
  const target = { account: security.account.id, region: REGION };
  const account = awsSessions(common).session({ ...target, incidentId: 'cordon-evidence' });
  const place = { account, bucket: security.bucket, clock };
  const environment = awsEnvironment({
    ...common,
    evidence: s3Evidence({ ...place, retention: { for: { days: 30 } } }),
    suspect: { roleArn: (id) => `arn:aws:iam::${id}:role/CordonResponder`, externalId: 'cordon-demo' },
    security: { ...target, roleArn: `arn:aws:iam::${target.account}:role/CordonForensics` },
  });
  const plain = { suspect: suspect.account, security: security.account };
  return { environment: answered(environment, plain), journal: s3Journal(place) };
}

export async function prepareScene(): Promise<Scene> {
  const [suspect, security] = await Promise.all([
    plainAccount(motoUrl(), freshAccountId()).then(prepareSuspect),
    plainAccount(motoUrl(), freshAccountId()).then(prepareSecurity),
  ]);
  // Waits cost nothing: moto is done with everything at once.
  const reach = reachOf({ suspect, security }, new VirtualClock(new Date()));
  const finding = manualFinding({
    account: suspect.account.id,
    region: REGION,
    instanceId: suspect.instanceId,
    reason: 'it talks to 203.0.113.66',
  });
  return { suspect, security, finding, ...reach };
}
