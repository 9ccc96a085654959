import { describe, expect, it } from 'vitest';
import { StepFailure } from '../../src/engine/failure.js';
import { s3Evidence } from '../../src/evidence/s3-evidence.js';
import { readObject } from '../../src/evidence/s3-object.js';
import { partSize } from '../../src/evidence/s3-upload.js';
import { manualClock } from '../journal/manual-clock.js';
import { lost, type Trouble } from './fake-s3.js';
import {
  artifact,
  buckets,
  INCIDENT,
  LOCKED,
  MiB,
  noise,
  pieces,
  read,
  STAGING,
  sha256,
  stage,
} from './stores.js';

const retention = { for: { days: 30 } };
const big = noise(17 * MiB);

function world() {
  const s3 = buckets();
  const account = s3.account();
  const store = s3Evidence({ account, bucket: LOCKED, retention, clock: manualClock() });
  return { s3, store, locked: s3.bucket(LOCKED), place: { account, bucket: LOCKED } };
}

/** Trouble for the nth call of an operation, from 1. */
function once(operation: string, trouble: Trouble, nth = 1) {
  let count = 0;
  return (id: string) => {
    if (id === operation) count += 1;
    return id === operation && count === nth ? trouble : undefined;
  };
}

const after: Trouble = { when: 'after', failure: lost() };
const before: Trouble = { when: 'before', failure: lost() };

describe('the S3 store', () => {
  it('locks what it stores, whole or in parts, and says which version it is', async () => {
    const { store, locked } = world();
    const small = await store.put(INCIDENT, artifact);
    const large = await store.put(INCIDENT, { ...artifact, path: 'big', body: big });
    const until = new Date('2026-12-20T03:31:00.000Z');
    expect(locked.versions.map(({ lock }) => lock)).toEqual([
      { mode: 'GOVERNANCE', until },
      { mode: 'GOVERNANCE', until },
    ]);
    expect([small.versionId, large.versionId]).toEqual(locked.versions.map(({ versionId }) => versionId));
    expect(locked.versions[0]).toMatchObject({
      contentType: 'application/gzip',
      metadata: { incident: INCIDENT, origin: 'i-0f3a9c51d2b7e8460', 'acquired-by': 'suspect' },
    });
  });

  it('reads the version on record, not what was put over it', async () => {
    const { store, locked } = world();
    const stored = await store.put(INCIDENT, artifact);
    const key = `${INCIDENT}/evidence/${artifact.path}`;
    locked.hide(key);
    locked.write({ key, bytes: Buffer.from('forged'), etag: '"x"' });
    expect((await read(store.open(stored))).toString()).toBe('what was there');
    expect(await store.check(stored)).toEqual([]);
  });

  it('finds bytes that were changed where they lie', async () => {
    const { store, locked } = world();
    const stored = await store.put(INCIDENT, artifact);
    locked.tamper(`${INCIDENT}/evidence/${artifact.path}`, () => Buffer.from('what was THERE'));
    expect(await store.check(stored)).toEqual([expect.stringContaining('SHA-256')]);
  });

  it.each(['s3:PutObject', 's3:UploadPart', 's3:CompleteMultipartUpload'])(
    'does not mind that an answer to %s is lost',
    async (operation) => {
      for (const trouble of [before, after]) {
        const { s3, store, locked } = world();
        s3.trouble = once(operation, trouble);
        const body = operation === 's3:PutObject' ? 'small' : pieces(big, MiB);
        const stored = await store.put(INCIDENT, { ...artifact, body });
        expect(await store.check(stored)).toEqual([]);
        expect(locked.versions).toHaveLength(1);
        expect(s3.uploads.size).toBe(0);
      }
    },
  );

  it('takes up reading where the connection broke', async () => {
    const { s3, store } = world();
    const stored = await store.put(INCIDENT, { ...artifact, body: big });
    let reads = 0;
    s3.trouble = (id) =>
      id === 's3:GetObject' && reads++ < 3 ? { when: 'read', afterBytes: 5 * MiB } : undefined;
    expect(sha256(await read(store.open(stored)))).toBe(stored.sha256);
    expect(reads).toBe(4);
    s3.trouble = (id) => (id === 's3:GetObject' ? { when: 'read', afterBytes: 0 } : undefined);
    await expect(read(store.open(stored))).rejects.toThrow();
  });

  it('passes on what is wrong with bytes that are all there', async () => {
    const { s3, store } = world();
    const stored = await store.put(INCIDENT, artifact);
    s3.trouble = (id) => (id === 's3:GetObject' ? { when: 'read', afterBytes: 14 } : undefined);
    s3.calls.length = 0;
    await expect(read(store.open(stored))).rejects.toThrow('ECONNRESET');
    expect(s3.calls).toEqual(['s3:GetObject']);
  });

  it('does not go on reading in another object that has taken its place', async () => {
    const { s3, place } = world();
    stage(s3, 'x', 'what was there');
    s3.trouble = (id) => {
      if (id !== 's3:GetObject') return undefined;
      s3.trouble = () => undefined;
      queueMicrotask(() => stage(s3, 'x', 'what was THERE'));
      return { when: 'read', afterBytes: 4 };
    };
    const reading = read(readObject(place.account, { Bucket: STAGING, Key: 'x' }));
    await expect(reading).rejects.toMatchObject({ code: 'EVIDENCE_CHANGED' });
  });

  it('gives an upload up that cannot be finished', async () => {
    const { s3, store, locked } = world();
    s3.trouble = (id) =>
      id === 's3:UploadPart'
        ? { when: 'before', failure: StepFailure.permanent('AccessDenied', 'no') }
        : undefined;
    await expect(store.put(INCIDENT, { ...artifact, body: big })).rejects.toMatchObject({
      code: 'AccessDenied',
    });
    expect(s3.uploads.size).toBe(0);
    expect(locked.versions).toEqual([]);
  });

  it('does not gather a long body before it sends it', async () => {
    const { s3, store } = world();
    let pulled = 0;
    let furthest = 0;
    let sent = 0;
    s3.trouble = (id) => {
      if (id === 's3:UploadPart') sent += 1;
      return undefined;
    };
    async function* body() {
      for (; pulled < 5; pulled += 1) {
        furthest = Math.max(furthest, pulled - sent);
        yield big.subarray(0, partSize(1));
      }
    }
    await store.put(INCIDENT, { ...artifact, body: body() });
    expect(sent).toBe(5);
    // The second part tells that there is more than one.
    expect(furthest).toBeLessThanOrEqual(2);
  });

  it('has room for what a volume holds', () => {
    const total = Array.from({ length: 10_000 }, (_, index) => partSize(index + 1)).reduce((a, b) => a + b);
    expect(total).toBeGreaterThan(1.5e12);
    expect(partSize(1)).toBeGreaterThanOrEqual(5 * MiB);
  });
});
