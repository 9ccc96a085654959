import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  NoSuchKey,
  PutObjectCommand,
  PutObjectRetentionCommand,
} from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { currentObject } from '../../src/s3/bucket.js';
import { ACCOUNT, codeOf, s3World } from './s3-world.js';

const Bucket = 'evidence';
const put = (Key: string, Body: string | Uint8Array | Readable, more: object = {}) =>
  new PutObjectCommand({ Bucket, Key, Body, ...more });
const get = (Key: string, more: object = {}) => new GetObjectCommand({ Bucket, Key, ...more });

describe('objects', () => {
  it('come back as they were put, as text, bytes and stream', async () => {
    const { s3 } = s3World();
    await s3.send(put('a', 'héllo', { Metadata: { Case: 'x' }, ContentType: 'text/plain' }));
    const answer = await s3.send(get('a'));
    expect(await answer.Body?.transformToString()).toBe('héllo');
    expect(answer).toMatchObject({ ContentLength: 6, ContentType: 'text/plain', Metadata: { case: 'x' } });
    await s3.send(put('b', Readable.from([Buffer.from('ab'), Buffer.from('cd')])));
    const chunks: Buffer[] = [];
    for await (const chunk of (await s3.send(get('b'))).Body as Readable) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe('abcd');
  });

  it('are read in ranges, also open ones, and not behind the end', async () => {
    const { s3 } = s3World();
    await s3.send(put('a', '0123456789'));
    const text = async (Range: string) => (await s3.send(get('a', { Range }))).Body?.transformToString();
    expect(await text('bytes=2-4')).toBe('234');
    expect(await text('bytes=7-')).toBe('789');
    expect(await text('bytes=-2')).toBe('89');
    expect(await text('bytes=8-99')).toBe('89');
    expect((await s3.send(get('a', { Range: 'bytes=2-4' }))).ContentRange).toBe('bytes 2-4/10');
    expect(await codeOf(s3.send(get('a', { Range: 'bytes=10-' })))).toBe('InvalidRange');
  });

  it('refuses what AWS refuses, with its codes', async () => {
    const { s3, client } = s3World();
    await expect(s3.send(get('nothing'))).rejects.toBeInstanceOf(NoSuchKey);
    expect(await codeOf(s3.send(new HeadObjectCommand({ Bucket, Key: 'nothing' })))).toBe('NotFound');
    expect(await codeOf(s3.send(new GetObjectCommand({ Bucket: 'no-such', Key: 'a' })))).toBe('NoSuchBucket');
    expect(await codeOf(client(ACCOUNT, undefined, 'us-east-1').send(get('a')))).toBe('PermanentRedirect');
    expect(await codeOf(s3.send(put('a', 'x', { ContentMD5: 'AAAAAAAAAAAAAAAAAAAAAA==' })))).toBe(
      'BadDigest',
    );
    expect(
      await codeOf(
        s3.send(put('a', 'x', { ChecksumSHA256: '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' })),
      ),
    ).toBe('BadDigest');
  });

  it('shows checksums to those who ask', async () => {
    const { s3 } = s3World();
    await s3.send(put('a', '', { ChecksumAlgorithm: 'SHA256' }));
    const asked = await s3.send(new HeadObjectCommand({ Bucket, Key: 'a', ChecksumMode: 'ENABLED' }));
    expect(asked.ChecksumSHA256).toBe('47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=');
    const not = await s3.send(new HeadObjectCommand({ Bucket, Key: 'a' }));
    expect(not.ChecksumSHA256).toBeUndefined();
  });
});

describe('conditional writes', () => {
  it('let the first in and answer 412 to the second', async () => {
    const { s3 } = s3World();
    await s3.send(put('entry', 'one', { IfNoneMatch: '*' }));
    const error = await s3.send(put('entry', 'two', { IfNoneMatch: '*' })).catch((caught) => caught);
    expect([error.name, error.$metadata.httpStatusCode]).toEqual(['PreconditionFailed', 412]);
    expect(await (await s3.send(get('entry'))).Body?.transformToString()).toBe('one');
  });

  it('answer 409 to a second one that comes while the first is still sending', async () => {
    const { s3, bucket } = s3World({}, { latencyMs: [0, 0] });
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow = Readable.from(
      (async function* () {
        yield Buffer.from('one');
        await gate;
      })(),
    );
    const first = s3.send(put('entry', slow, { IfNoneMatch: '*' }));
    while (!bucket.busy.has('entry')) await new Promise(setImmediate);
    const error = await s3.send(put('entry', 'two', { IfNoneMatch: '*' })).catch((caught) => caught);
    expect([error.name, error.$metadata.httpStatusCode]).toEqual(['ConditionalRequestConflict', 409]);
    release();
    await first;
  });

  it('are let in again behind a delete marker, which only the list of versions shows', async () => {
    const { s3 } = s3World({ versioning: 'Enabled' });
    await s3.send(put('entry', 'one', { IfNoneMatch: '*' }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'entry' }));
    await s3.send(put('entry', 'two', { IfNoneMatch: '*' }));
    const all = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    expect([all.Versions?.length, all.DeleteMarkers?.length]).toEqual([2, 1]);
    expect(all.Versions?.[0]?.IsLatest).toBe(true);
  });

  it('follow an entity tag with IfMatch', async () => {
    const { s3 } = s3World();
    const { ETag } = await s3.send(put('a', 'one'));
    await s3.send(put('a', 'two', { IfMatch: ETag }));
    expect(await codeOf(s3.send(put('a', 'three', { IfMatch: ETag })))).toBe('PreconditionFailed');
  });
});

describe('a bucket with Object Lock', () => {
  const locked = () => s3World({ objectLock: { mode: 'GOVERNANCE', days: 30 } });

  it('locks every version by default, and refuses to delete one', async () => {
    const { s3, world } = locked();
    const { VersionId } = await s3.send(put('a', 'x'));
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'a' }));
    expect(head.ObjectLockMode).toBe('GOVERNANCE');
    expect(head.ObjectLockRetainUntilDate?.getTime()).toBe(
      world.now().getTime() + 30 * 86_400_000 - (world.now().getTime() - (head.LastModified?.getTime() ?? 0)),
    );
    const remove = (more: object = {}) =>
      s3.send(new DeleteObjectCommand({ Bucket, Key: 'a', VersionId, ...more }));
    expect(await codeOf(remove())).toBe('AccessDenied');
    await world.clock.advance(31 * 86_400_000);
    expect(await codeOf(remove())).toBe('ok');
  });

  it('takes a delete marker all the same, and gives the version still', async () => {
    const { s3 } = locked();
    const { VersionId } = await s3.send(put('a', 'x'));
    expect(await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }))).toMatchObject({
      DeleteMarker: true,
    });
    expect(await codeOf(s3.send(get('a')))).toBe('NoSuchKey');
    expect(await (await s3.send(get('a', { VersionId }))).Body?.transformToString()).toBe('x');
  });

  it('lets governance be bypassed by those who may, compliance by nobody', async () => {
    const { s3, client } = locked();
    const governed = await s3.send(put('a', 'x'));
    const mayNot = client(ACCOUNT, [
      {
        Statement: [
          { Effect: 'Allow', Action: '*', Resource: '*' },
          { Effect: 'Deny', Action: 's3:BypassGovernanceRetention', Resource: '*' },
        ],
      },
    ]);
    const bypass = { Bucket, Key: 'a', VersionId: governed.VersionId, BypassGovernanceRetention: true };
    expect(await codeOf(mayNot.send(new DeleteObjectCommand(bypass)))).toBe('AccessDenied');
    expect(await codeOf(s3.send(new DeleteObjectCommand(bypass)))).toBe('ok');
    const until = new Date('2030-01-01');
    const strict = await s3.send(
      put('b', 'x', { ObjectLockMode: 'COMPLIANCE', ObjectLockRetainUntilDate: until }),
    );
    const strictBypass = { Bucket, Key: 'b', VersionId: strict.VersionId, BypassGovernanceRetention: true };
    expect(await codeOf(s3.send(new DeleteObjectCommand(strictBypass)))).toBe('AccessDenied');
    const shorten = new PutObjectRetentionCommand({
      ...strictBypass,
      Retention: { Mode: 'COMPLIANCE', RetainUntilDate: new Date('2027-01-01') },
    });
    expect(await codeOf(s3.send(shorten))).toBe('AccessDenied');
  });

  it('knows legal holds', async () => {
    const { s3 } = s3World({ objectLock: { mode: 'GOVERNANCE' } });
    const { VersionId } = await s3.send(put('a', 'x', { ObjectLockLegalHoldStatus: 'ON' }));
    expect(
      await codeOf(
        s3.send(new DeleteObjectCommand({ Bucket, Key: 'a', VersionId, BypassGovernanceRetention: true })),
      ),
    ).toBe('AccessDenied');
  });
});

describe('who may', () => {
  const policy = (Effect: 'Allow' | 'Deny', more: object = {}) => ({
    Statement: [
      {
        Effect,
        Principal: { AWS: 'arn:aws:iam::111122223333:root' },
        Action: 's3:*',
        Resource: 'arn:aws:s3:::evidence/*',
        ...more,
      },
    ],
  });

  it('asks bucket and identity of another account, and either in its own', async () => {
    const { client, bucket } = s3World();
    expect(await codeOf(client('111122223333').send(put('a', 'x')))).toBe('AccessDenied');
    bucket.policy = policy('Allow');
    expect(await codeOf(client('111122223333').send(put('a', 'x')))).toBe('ok');
    expect(await codeOf(client('111122223333', []).send(put('a', 'x')))).toBe('AccessDenied');
    bucket.policy = policy('Deny', { Principal: '*', Action: 's3:DeleteObject*' });
    expect(await codeOf(client().send(put('a', 'x')))).toBe('ok');
    expect(await codeOf(client().send(new DeleteObjectCommand({ Bucket, Key: 'a' })))).toBe('AccessDenied');
  });

  it('lets a bucket demand conditional writes', async () => {
    const { client, bucket } = s3World();
    bucket.policy = policy('Deny', {
      Principal: '*',
      Action: 's3:PutObject',
      Condition: { Null: { 's3:if-none-match': 'true' } },
    });
    expect(await codeOf(client().send(put('a', 'x')))).toBe('AccessDenied');
    expect(await codeOf(client().send(put('a', 'x', { IfNoneMatch: '*' })))).toBe('ok');
  });

  it('refuses a bucket of another owner than the caller expects', async () => {
    const { s3 } = s3World();
    expect(await codeOf(s3.send(put('a', 'x', { ExpectedBucketOwner: ACCOUNT })))).toBe('ok');
    expect(await codeOf(s3.send(put('a', 'x', { ExpectedBucketOwner: '111122223333' })))).toBe(
      'AccessDenied',
    );
    const copy = { Bucket, Key: 'b', CopySource: 'evidence/a', ExpectedSourceBucketOwner: '111122223333' };
    expect(await codeOf(s3.send(new CopyObjectCommand(copy)))).toBe('AccessDenied');
  });

  it('says AccessDenied, not NoSuchKey, to those who may not list', async () => {
    const { client } = s3World();
    const reader = client(ACCOUNT, [
      { Statement: { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' } },
    ]);
    expect(await codeOf(reader.send(get('nothing')))).toBe('AccessDenied');
  });
});

describe('lists', () => {
  it('give every key once, in byte order, whatever the page', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.string({ minLength: 1, maxLength: 6, unit: 'grapheme' }), { maxLength: 12 }),
        fc.integer({ min: 1, max: 5 }),
        async (keys, MaxKeys) => {
          const { s3, world } = s3World({}, { latencyMs: [0, 0] });
          for (const key of keys) await s3.send(put(key, 'x'));
          const seen: (string | undefined)[] = [];
          let ContinuationToken: string | undefined;
          do {
            const page = await s3.send(
              new ListObjectsV2Command({
                Bucket,
                MaxKeys,
                ...(ContinuationToken ? { ContinuationToken } : {}),
              }),
            );
            seen.push(...(page.Contents ?? []).map((entry) => entry.Key));
            ContinuationToken = page.NextContinuationToken;
          } while (ContinuationToken !== undefined);
          expect(seen).toEqual(keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
          await world.dispose();
        },
      ),
      { numRuns: 20 },
    );
  });

  it('fold folders, and page through versions', async () => {
    const { s3 } = s3World({ versioning: 'Enabled' });
    for (const key of ['a/1', 'a/2', 'b', 'b', 'b']) await s3.send(put(key, key));
    const folded = await s3.send(new ListObjectsV2Command({ Bucket, Delimiter: '/' }));
    expect([folded.Contents?.map((entry) => entry.Key), folded.CommonPrefixes]).toEqual([
      ['b'],
      [{ Prefix: 'a/' }],
    ]);
    const first = await s3.send(new ListObjectVersionsCommand({ Bucket, MaxKeys: 3 }));
    const second = await s3.send(
      new ListObjectVersionsCommand({
        Bucket,
        KeyMarker: first.NextKeyMarker,
        VersionIdMarker: first.NextVersionIdMarker,
      }),
    );
    const ids = [...(first.Versions ?? []), ...(second.Versions ?? [])].map(
      (entry) => `${entry.Key} ${entry.VersionId}`,
    );
    expect(new Set(ids).size).toBe(5);
    expect(second.IsTruncated).toBe(false);
  });
});

describe('copies', () => {
  it('keep metadata unless told, of a version that is named', async () => {
    const { s3, bucket } = s3World({ versioning: 'Enabled' });
    const first = await s3.send(put('a', 'one', { Metadata: { by: 'me' } }));
    await s3.send(put('a', 'two'));
    await s3.send(
      new CopyObjectCommand({
        Bucket,
        Key: 'b',
        CopySource: `evidence/a?versionId=${first.VersionId}`,
        ChecksumAlgorithm: 'SHA256',
      }),
    );
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'b', ChecksumMode: 'ENABLED' }));
    expect(head.Metadata).toEqual({ by: 'me' });
    expect(head.ChecksumSHA256).toBe(createHash('sha256').update('one').digest('base64'));
    expect(currentObject(bucket, 'b')?.bytes.sizeBytes).toBe(3);
  });
});

describe('a bucket in a folder', () => {
  it('lays its objects out as files where a person can look, and nowhere else', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cordon-s3-'));
    const { s3 } = s3World({ versioning: 'Enabled', folder });
    await s3.send(put('incident/report.html', 'one'));
    await s3.send(put('incident/report.html', 'two'));
    await s3.send(put('../../escape', 'x'));
    expect(readFileSync(join(folder, 'incident/report.html'), 'utf8')).toBe('two');
    expect(await (await s3.send(get('../../escape'))).Body?.transformToString()).toBe('x');
    expect(() => readFileSync(join(folder, '../../escape'))).toThrow();
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'incident/report.html' }));
    expect(() => readFileSync(join(folder, 'incident/report.html'))).toThrow();
    rmSync(folder, { recursive: true });
  });
});
