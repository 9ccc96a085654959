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
} from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { currentObject } from '../../src/s3/bucket.js';
import { Bucket, get, put } from './object-requests.js';
import { ACCOUNT, codeOf, s3World } from './s3-world.js';

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
