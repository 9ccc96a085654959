import { createHash } from 'node:crypto';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { type Artifact, type EvidenceStore, JournalConflict, openJournal } from '@cordon/core';
import { awsSessions, missingParts, planUpload, s3Evidence, s3Journal, stagedUpload } from '@cordon/core/aws';
import { VirtualClock } from '@cordon/testkit';
import { beforeAll, describe, expect, it } from 'vitest';
import { plainAccount, REGION } from '../src/accounts.ts';
import { freshAccountId, motoUrl } from '../src/scene.ts';
import { type PreparedSecurity, prepareSecurity } from '../src/security.ts';

const INCIDENT = 'inc-20261125t0600-0123abcd';
const STAGING = `staging-${process.pid}`;
const MiB = 1024 * 1024;
/** Of three parts: 16 MiB each, but for the last. */
const LARGE = Buffer.alloc(40 * MiB, 'evidence ');
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

let security: PreparedSecurity;
let store: EvidenceStore;
let account: ReturnType<ReturnType<typeof awsSessions>['session']>;

beforeAll(async () => {
  security = await prepareSecurity(await plainAccount(motoUrl(), freshAccountId()));
  await security.account.s3.send(
    new CreateBucketCommand({
      Bucket: STAGING,
      CreateBucketConfiguration: { LocationConstraint: REGION },
    }),
  );
  const clock = new VirtualClock(new Date());
  const sessions = awsSessions({
    clock,
    credentials: async () => security.account.credentials,
    clientDefaults: { '*': { endpoint: motoUrl() }, s3: { forcePathStyle: true } },
  });
  account = sessions.session({ account: security.account.id, region: REGION, incidentId: INCIDENT });
  store = s3Evidence({ account, bucket: security.bucket, clock, retention: { for: { days: 30 } } });
});

const about = { mediaType: 'application/octet-stream', acquiredBy: 'suspect', origin: 'i-1' } as const;

async function bytesOf(artifact: Artifact): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of store.open(artifact)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function* inPieces(bytes: Buffer): AsyncIterable<Uint8Array> {
  for (let from = 0; from < bytes.length; from += 3 * MiB) yield bytes.subarray(from, from + 3 * MiB);
}

describe('the evidence store over a foreign S3', () => {
  it('takes a stream of 40 MiB in parts, and gives the same bytes back', async () => {
    const artifact = await store.put(INCIDENT, { path: 'large.bin', body: inPieces(LARGE), ...about });
    expect(artifact).toMatchObject({ sizeBytes: LARGE.length, sha256: sha256(LARGE) });
    expect(sha256(await bytesOf(artifact))).toBe(artifact.sha256);
    expect(await store.check(artifact)).toEqual([]);
  });

  it('is the same artifact when the same bytes come twice, and refuses others', async () => {
    const put = (body: string) => store.put(INCIDENT, { path: 'notes.txt', body, ...about });
    const first = await put('seen at noon');
    expect(await put('seen at noon')).toEqual(first);
    await expect(put('seen at midnight')).rejects.toMatchObject({ code: 'EVIDENCE_EXISTS' });
  });

  it('gives what was recorded although somebody has put another version over it', async () => {
    const artifact = await store.put(INCIDENT, { path: 'log.txt', body: 'as it was', ...about });
    const { bucket: Bucket } = security;
    const Key = `${INCIDENT}/evidence/log.txt`;
    const forged = { Bucket, Key, Body: 'as it pleases', ChecksumAlgorithm: 'SHA256' } as const;
    await security.account.s3.send(new PutObjectCommand(forged));
    expect(await store.check(artifact)).toEqual([]);
    expect((await bytesOf(artifact)).toString()).toBe('as it was');
  });
});

describe('the upload of a host without credentials', () => {
  it('goes by presigned URLs, part by part, and is adopted with its hash, where nothing is locked', async () => {
    const plan = planUpload(LARGE.length);
    const source = { bucket: STAGING, key: 'uploads/dump.lime' };
    const upload = stagedUpload(account, source);
    const id = await upload.begin();
    const sheet = await (
      await fetch(await upload.sheet(id, missingParts(plan, await upload.progress(id))))
    ).text();
    for (const line of sheet.trimEnd().split('\n')) {
      const [part, url = ''] = line.split(' ');
      const from = (Number(part) - 1) * plan.partSizeBytes;
      const answer = await fetch(url, {
        method: 'PUT',
        body: LARGE.subarray(from, from + plan.partSizeBytes),
      });
      expect(answer.status).toBe(200);
    }
    await upload.complete(id, plan);
    expect(await upload.sizeBytes()).toBe(LARGE.length);
    const expected = { sizeBytes: LARGE.length, sha256: sha256(LARGE) };
    const unlocked = s3Evidence({ account, bucket: STAGING });
    const artifact = await unlocked.adopt(INCIDENT, { path: 'memory/dump.lime', source, expected, ...about });
    expect(artifact).toMatchObject(expected);
    expect(await unlocked.check(artifact)).toEqual([]);
  });
});

describe('the journal over a foreign S3', () => {
  it('gives a place to one of two writers', async () => {
    const provider = s3Journal({ account, bucket: security.bucket });
    const clock = new VirtualClock(new Date());
    const both = await Promise.all([1, 2].map(() => openJournal(provider, INCIDENT, clock)));
    const [first, second] = both.map(
      (one, at) => () =>
        one.append('run', [{ kind: 'notice', body: { code: 'HERE', message: `writer ${at}` } }]),
    );
    // One after the other, though both take the place for free: in the same moment moto lets both in, which S3 does not.
    await first?.();
    await expect(second?.()).rejects.toBeInstanceOf(JournalConflict);
  });

  it('gives a suspect to one of many candidates', async () => {
    const journal = s3Journal({ account, bucket: security.bucket });
    const candidates = Array.from({ length: 8 }, (_, at) => `inc-20261125t0600-0000000${at}`);
    const holders = new Set<string>();
    for (const one of candidates) holders.add(await journal.lease('suspect-1', one));
    expect([...holders]).toEqual(candidates.slice(0, 1));
  });
});
