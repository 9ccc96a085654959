import { evidenceBucketPolicy, evidenceReaderPolicy } from '@cordon/adapters-lambda';
import {
  type Account,
  defineStep,
  IncidentPipeline,
  manualFinding,
  runIncident,
  verifyJournal,
} from '@cordon/core';
import { awsAccount, s3, s3Evidence, s3Journal } from '@cordon/core/aws';
import { addBucket, createWorld, s3Endpoint } from '@cordon/testkit';
import { describe, expect, it } from 'vitest';

const ID = '999900001111';
const BUCKET = 'cordon-evidence-999900001111';
const STAGING = 'cordon-staging-999900001111';
const MiB = 1024 * 1024;
const FINDING = manualFinding({
  instanceId: 'i-0f3a9c51d2b7e8460',
  account: '111122223333',
  region: 'eu-west-1',
  reason: 'a drill',
});

/** A locked bucket under the policy that Cordon offers, and sessions of an administrator and a reader. */
async function lockedWorld() {
  const world = createWorld({ seed: 'bucket' });
  const place = { account: ID, region: 'eu-west-1' };
  addBucket(world, STAGING, place);
  addBucket(world, BUCKET, {
    ...place,
    objectLock: { mode: 'GOVERNANCE', days: 30 },
    policy: evidenceBucketPolicy({ bucket: BUCKET }),
  });
  const { url } = await s3Endpoint(world);
  const session = (...policies: Parameters<ReturnType<typeof world.account>['credentials']>): Account =>
    awsAccount({
      id: ID,
      region: 'eu-west-1',
      clock: world.clock,
      credentials: async () => world.account(ID).credentials(...policies),
      principal: async () => `arn:aws:iam::${ID}:root`,
      clientDefaults: { s3: { endpoint: url, forcePathStyle: true } },
    });
  return { world, session };
}

const object = { mediaType: 'text/plain', acquiredBy: 'forensic-host', origin: 'vol-0a1b2c3d' } as const;

/** Stores whole, in parts, and by copy: each of the ways in which evidence comes in. */
const pipeline = IncidentPipeline.create('drill').use(
  defineStep({
    id: 'store',
    title: 'Stores',
    phase: 'examine',
    provides: [],
    start: async (ctx) => {
      await ctx.evidence.put({ ...object, path: 'small.txt', body: 'small' });
      await ctx.evidence.put({ ...object, path: 'large.bin', body: Buffer.alloc(17 * MiB, 7) });
      await ctx.evidence.adopt({ ...object, path: 'staged.txt', source: { bucket: STAGING, key: 'staged' } });
      return ctx.done({});
    },
  }),
);

async function afterRun() {
  const { world, session } = await lockedWorld();
  const account = session();
  await account.call(s3.PutObject, { Bucket: STAGING, Key: 'staged', Body: 'staged' });
  const stores = (by: Account) => ({
    journal: s3Journal({ account: by, bucket: BUCKET, clock: world.clock }),
    evidence: s3Evidence({ account: by, bucket: BUCKET, clock: world.clock }),
  });
  const refuse = (): never => {
    throw new Error('no hosts here');
  };
  const { journal, evidence } = stores(account);
  const host = { instanceId: '', send: refuse, result: refuse, sent: refuse, cancel: refuse };
  const environment = { clock: world.clock, evidence, account: () => account, remoteHost: () => host };
  const result = await runIncident(pipeline, FINDING, { journal, environment });
  return { world, account, result, reader: session([evidenceReaderPolicy({ bucket: BUCKET })]), stores };
}

const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => 'ok',
    (error: { code?: string }) => error.code,
  );

describe('the policy of the evidence bucket', () => {
  it('lets a whole incident be written, and a reader verify it', async () => {
    const { world, result, reader, stores } = await afterRun();
    expect(result).toMatchObject({ status: 'closed', outcome: 'complete' });
    const { journal, evidence } = stores(reader);
    const verified = await verifyJournal(journal, result.incidentId, { evidence });
    expect(verified).toMatchObject({ state: 'whole', problems: [] });
    await world.dispose();
  });

  it('lets nobody delete, overwrite or unlock, not even who may do everything', async () => {
    const { world, account, result } = await afterRun();
    const Key = `${result.incidentId}/evidence/small.txt`;
    const { VersionId = '' } = await account.call(s3.HeadObject, { Bucket: BUCKET, Key });
    const entry = `${result.incidentId}/journal/run/00000099.jsonl`;
    const copied = { Bucket: BUCKET, Key: entry, CopySource: `${STAGING}/staged`, IfNoneMatch: '*' };
    expect(await codeOf(account.call(s3.PutObject, { Bucket: BUCKET, Key, Body: 'x' }))).toBe('AccessDenied');
    expect(await codeOf(account.call(s3.DeleteObject, { Bucket: BUCKET, Key }))).toBe('AccessDenied');
    const unlocking = { Bucket: BUCKET, Key, VersionId, BypassGovernanceRetention: true };
    expect(await codeOf(account.call(s3.DeleteObject, unlocking))).toBe('AccessDenied');
    expect(await codeOf(account.call(s3.CopyObject, copied))).toBe('AccessDenied');
    await world.dispose();
  });

  it('leaves a legal hold to nobody but who may take it off, whatever may be bypassed', async () => {
    const { world, session } = await lockedWorld();
    addBucket(world, 'held', { account: ID, region: 'eu-west-1', objectLock: { mode: 'GOVERNANCE' } });
    const account = session();
    const retention = { for: { days: 1 }, legalHold: 'ON' } as const;
    const evidence = s3Evidence({ account, bucket: 'held', clock: world.clock, retention });
    for (const body of ['small', Buffer.alloc(17 * MiB, 7)]) {
      const { path, versionId = '' } = await evidence.put('inc-20261120t0331-5f0c2a91', {
        ...object,
        path: `held-${body.length}`,
        body,
      });
      const Key = `inc-20261120t0331-5f0c2a91/evidence/${path}`;
      const bypass = { Bucket: 'held', Key, VersionId: versionId, BypassGovernanceRetention: true };
      expect(await codeOf(account.call(s3.DeleteObject, bypass))).toBe('AccessDenied');
    }
    await world.dispose();
  });

  it('gives readers nothing but reading', async () => {
    const { world, reader, result } = await afterRun();
    const Key = `${result.incidentId}/evidence/other.txt`;
    const put = reader.call(s3.PutObject, { Bucket: BUCKET, Key, Body: 'x', IfNoneMatch: '*' });
    expect(await codeOf(put)).toBe('AccessDenied');
    await world.dispose();
  });
});
