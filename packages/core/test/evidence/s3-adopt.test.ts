import { describe, expect, it } from 'vitest';
import { StepFailure } from '../../src/engine/failure.js';
import { adoptObject } from '../../src/evidence/s3-adopt.js';
import { s3Evidence } from '../../src/evidence/s3-evidence.js';
import { manualClock } from '../journal/manual-clock.js';
import { lost, type Trouble } from './fake-s3.js';
import {
  artifact,
  buckets,
  INCIDENT,
  LOCKED,
  MiB,
  noise,
  STAGING,
  sha256,
  stage,
  stageWithChecksum,
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
const _before: Trouble = { when: 'before', failure: lost() };

describe('taking in a staged object', () => {
  const KEY = 'uploads/dump with spaces & ünï.lime';
  const { body: _, ...rest } = artifact;
  const request = { ...rest, source: { bucket: STAGING, key: KEY } };
  const limits = { hashedBytes: 0, wholeBytes: 10 * MiB, partBytes: 5 * MiB };
  const fields = { ContentType: 'application/gzip', Metadata: {} };

  it('copies inside S3, under lock, with the SHA-256 that S3 computes', async () => {
    const { s3, store, locked } = world();
    stage(s3, KEY, 'what was there');
    const adopted = await store.adopt(INCIDENT, request);
    expect(adopted.sha256).toBe(sha256('what was there'));
    expect(locked.versions[0]).toMatchObject({
      lock: { mode: 'GOVERNANCE' },
      checksum: { type: 'FULL_OBJECT' },
      contentType: 'application/gzip',
      metadata: { 'acquired-by': 'suspect' },
    });
    expect(s3.calls).not.toContain('s3:PutObject');
  });

  it('reads nothing where S3 knows the digest already', async () => {
    const { s3, store } = world();
    stageWithChecksum(s3, KEY, 'what was there');
    const expected = { sha256: sha256('what was there').toUpperCase() };
    expect((await store.adopt(INCIDENT, { ...request, expected })).sha256).toBe(sha256('what was there'));
    expect(s3.calls).not.toContain('s3:GetObject');
  });

  it('copies a large object in parts, and trusts its source for the digest of the whole', async () => {
    const { s3, place, locked } = world();
    stage(s3, KEY, big);
    const object = { place, key: `${INCIDENT}/evidence/big`, fields };
    const expected = { sizeBytes: big.length, sha256: sha256(big) };
    const first = await adoptObject(object, { ...request, expected }, limits);
    expect(first.digest).toEqual(expected);
    expect(locked.versions[0]?.bytes.equals(big)).toBe(true);
    expect(s3.calls.filter((id) => id === 's3:UploadPartCopy')).toHaveLength(4);
    expect(s3.calls).not.toContain('s3:GetObject');
    const second = await adoptObject(object, { ...request, expected }, limits);
    expect(second).toEqual(first);
    expect(s3.uploads.size).toBe(0);
  });

  it('reads a large object whose source gave no digest', async () => {
    const { s3, place } = world();
    stage(s3, KEY, big);
    const object = { place, key: `${INCIDENT}/evidence/big`, fields };
    expect((await adoptObject(object, request, limits)).digest.sha256).toBe(sha256(big));
    expect(s3.calls).toContain('s3:GetObject');
  });

  it('finds the lie of a source whose object was not read before the copy', async () => {
    const { s3, place } = world();
    stage(s3, KEY, 'what was there');
    const object = { place, key: `${INCIDENT}/evidence/x`, fields };
    const lie = { ...request, expected: { sha256: 'f'.repeat(64) } };
    await expect(adoptObject(object, lie, limits)).rejects.toMatchObject({
      code: 'EVIDENCE_DIGEST_MISMATCH',
    });
  });

  it('does not mind lost answers', async () => {
    for (const operation of ['s3:CopyObject', 's3:UploadPartCopy', 's3:CompleteMultipartUpload']) {
      const { s3, place, locked } = world();
      stage(s3, KEY, operation === 's3:CopyObject' ? big.subarray(0, MiB) : big);
      s3.trouble = once(operation, after);
      const object = { place, key: `${INCIDENT}/evidence/x`, fields };
      const { digest } = await adoptObject(object, request, limits);
      expect(digest.sha256).toBe(sha256(locked.versions[0]?.bytes ?? ''));
      expect(locked.versions).toHaveLength(1);
    }
  });

  it('notices that the staged object is replaced while it is taken in', async () => {
    const { s3, store, locked } = world();
    stage(s3, KEY, 'what was there');
    s3.trouble = (id) => {
      if (id === 's3:CopyObject') s3.bucket(STAGING).tamper(KEY, () => Buffer.from('replaced'));
      return undefined;
    };
    await expect(store.adopt(INCIDENT, request)).rejects.toThrow(StepFailure);
    expect(locked.versions).toHaveLength(1);
  });

  it('notices it also in a bucket without versions', async () => {
    const { s3, store, locked } = world();
    s3.bucket(STAGING).versioned = false;
    stage(s3, KEY, 'what was there');
    s3.trouble = (id) => {
      if (id === 's3:CopyObject') stage(s3, KEY, 'replaced');
      return undefined;
    };
    await expect(store.adopt(INCIDENT, request)).rejects.toMatchObject({ kind: 'retryable' });
    expect(locked.versions).toEqual([]);
  });

  it('finds what it took in before, when the staged object is cleaned away already', async () => {
    const { s3, store } = world();
    stage(s3, KEY, 'what was there');
    const expected = { sha256: sha256('what was there') };
    const adopted = await store.adopt(INCIDENT, { ...request, expected });
    s3.bucket(STAGING).hide(KEY);
    expect(await store.adopt(INCIDENT, { ...request, expected })).toEqual(adopted);
    const other = { ...request, expected: { sha256: sha256('something else') } };
    await expect(store.adopt(INCIDENT, other)).rejects.toMatchObject({ code: 'EVIDENCE_SOURCE_MISSING' });
  });
});
