import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BucketOptions } from '../../src/s3/bucket.js';
import { s3Endpoint } from '../../src/s3/endpoint.js';
import type { SimulatedWorld } from '../../src/simulation/world.js';
import { ACCOUNT } from './s3-world.js';
import { wire } from './wire.js';

const folder = mkdtempSync(join(tmpdir(), 'cordon-curl-'));
const file = join(folder, 'part');
const BYTES = Buffer.from('evidence '.repeat(1000));
const SHA256 = createHash('sha256').update(BYTES).digest('base64');

beforeAll(() => writeFileSync(file, BYTES));
afterAll(() => rmSync(folder, { recursive: true }));

/** Sends the same bytes to each URL. */
async function uploading(options: Partial<BucketOptions> = {}) {
  const made = await wire(options);
  const upload = (url: string, ...flags: string[]) => made.curl(url, '-T', file, ...flags);
  return { ...made, upload };
}

const place = { Bucket: 'evidence', Key: 'staged/some file+name.bin' };

describe('a presigned URL over loopback', () => {
  it('takes an object from curl and gives it back', async () => {
    const { sign, curl, upload } = await uploading();
    expect((await upload(await sign(new PutObjectCommand(place)))).status).toBe(200);
    const got = await curl(await sign(new GetObjectCommand(place)));
    expect([got.status, got.body]).toEqual([200, BYTES.toString()]);
    const range = await curl(await sign(new GetObjectCommand(place)), '-r', '0-7');
    expect([range.status, range.body]).toEqual([206, 'evidence']);
  });

  it('takes one part under its own SHA-256, which S3 compares', async () => {
    const { sign, upload, s3 } = await uploading();
    const { UploadId } = await s3.send(
      new CreateMultipartUploadCommand({ ...place, ChecksumAlgorithm: 'SHA256' }),
    );
    const signed = { signedHeaders: ['x-amz-checksum-sha256'] };
    const url = await sign(
      new UploadPartCommand({ ...place, UploadId, PartNumber: 7, ChecksumSHA256: SHA256 }),
      signed,
    );
    expect((await upload(url)).code).toBe('SignatureDoesNotMatch');
    expect((await upload(url, '-H', `x-amz-checksum-sha256: ${SHA256}`)).status).toBe(200);
    const parts = await s3.send(new ListPartsCommand({ ...place, UploadId }));
    expect(parts.Parts?.map((part) => [part.PartNumber, part.ChecksumSHA256])).toEqual([[7, SHA256]]);
    const wrong = await sign(
      new UploadPartCommand({ ...place, UploadId, PartNumber: 8, ChecksumSHA256: sha256Of('other') }),
      signed,
    );
    expect((await upload(wrong, '-H', `x-amz-checksum-sha256: ${sha256Of('other')}`)).code).toBe('BadDigest');
  });

  it('is good for its key, part, method and time only', async () => {
    const { sign, curl, upload, world } = await uploading();
    const url = await sign(new PutObjectCommand(place), { expiresIn: 60 });
    expect((await upload(url.replace('some%20file', 'other%20file'))).code).toBe('SignatureDoesNotMatch');
    expect((await curl(url)).code).toBe('SignatureDoesNotMatch');
    expect((await upload(url.replace('X-Amz-Expires=60', 'X-Amz-Expires=600'))).code).toBe(
      'SignatureDoesNotMatch',
    );
    await world.clock.advance(61_000);
    const late = await upload(url);
    expect([late.status, late.code, late.body]).toEqual([
      403,
      'AccessDenied',
      expect.stringContaining('Request has expired'),
    ]);
    expect((await curl(`https://${new URL(url).host}/${place.Key.replaceAll(' ', '%20')}`)).code).toBe(
      'AccessDenied',
    );
  });

  it('takes keys of any characters, whatever their escapes', async () => {
    const { world, s3 } = await uploading();
    const { url } = await s3Endpoint(world);
    const credentials = world.account(ACCOUNT).credentials();
    const local = new S3Client({
      region: 'eu-west-1',
      credentials,
      endpoint: url,
      forcePathStyle: true,
      requestChecksumCalculation: 'WHEN_REQUIRED',
    });
    const key = fc
      .string({ minLength: 1, maxLength: 20, unit: 'grapheme' })
      .filter((text) => !/^\.{1,2}$/.test(text));
    await fc.assert(
      fc.asyncProperty(fc.array(key, { minLength: 1, maxLength: 3 }), async (parts) => {
        const Key = parts.join('/').replaceAll(/\/+/g, '/').replace(/^\//, 'x/');
        const at = { Bucket: 'evidence', Key };
        const signed = await getSignedUrl(local, new PutObjectCommand(at), {
          expiresIn: 60,
          signingDate: world.now(),
        });
        const answer = await fetch(signed, { method: 'PUT', body: Key });
        expect([answer.status, Key]).toEqual([200, Key]);
        expect(await (await s3.send(new GetObjectCommand(at))).Body?.transformToString()).toBe(
          Buffer.from(Key).toString(),
        );
      }),
      { numRuns: 60 },
    );
  });

  it('asks the policies of the one who signed, as they stand now', async () => {
    const { sign, upload, bucket } = await uploading();
    const url = await sign(new PutObjectCommand(place));
    bucket.policy = {
      Statement: [{ Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource: '*' }],
    };
    expect((await upload(url)).code).toBe('AccessDenied');
  });

  it('dies with the session that signed it', async () => {
    const { world, upload } = await uploading();
    const session = world.issueKeys(
      {
        ...principal(world),
        policies: () => [{ Statement: { Effect: 'Allow', Action: '*', Resource: '*' } }],
      },
      new Date(world.now().getTime() + 60_000),
    );
    const client = new S3Client({
      region: 'eu-west-1',
      credentials: { ...session },
      requestChecksumCalculation: 'WHEN_REQUIRED',
    });
    const url = await getSignedUrl(client, new PutObjectCommand(place), {
      expiresIn: 900,
      signingDate: world.now(),
    });
    expect((await upload(url)).status).toBe(200);
    await world.clock.advance(61_000);
    expect((await upload(url)).code).toBe('ExpiredToken');
  });
});

describe('the three mistakes of uploads', () => {
  it('refuses a part without checksum where Object Lock is on', async () => {
    const { sign, upload, s3 } = await uploading({ objectLock: { mode: 'GOVERNANCE', days: 1 } });
    expect((await upload(await sign(new PutObjectCommand(place)))).code).toBe('InvalidRequest');
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand(place));
    const bare = await upload(await sign(new UploadPartCommand({ ...place, UploadId, PartNumber: 1 })));
    expect([bare.status, bare.code]).toEqual([400, 'InvalidRequest']);
    const url = await sign(
      new UploadPartCommand({ ...place, UploadId, PartNumber: 1, ChecksumSHA256: SHA256 }),
      { signedHeaders: ['x-amz-checksum-sha256'] },
    );
    expect((await upload(url, '-H', `x-amz-checksum-sha256: ${SHA256}`)).status).toBe(200);
  });

  it('refuses an x-amz header that was not signed', async () => {
    const { sign, upload } = await uploading();
    const answer = await upload(
      await sign(new PutObjectCommand(place)),
      '-H',
      `x-amz-checksum-sha256: ${SHA256}`,
    );
    expect([answer.status, answer.code, answer.body]).toEqual([
      403,
      'AccessDenied',
      expect.stringContaining('<HeadersNotSigned>x-amz-checksum-sha256<'),
    ]);
  });

  it('refuses the CRC32 of an empty body that the SDK bakes into URLs by default', async () => {
    const { sign, upload } = await uploading();
    const url = await sign(new PutObjectCommand(place), { calculation: 'WHEN_SUPPORTED' });
    expect(url).toContain('x-amz-checksum-crc32=AAAAAA');
    expect((await upload(url)).code).toBe('BadDigest');
  });
});

const sha256Of = (text: string) => createHash('sha256').update(text).digest('base64');

function principal(world: SimulatedWorld) {
  const { accessKeyId } = world.account(ACCOUNT).credentials();
  const known = world.principalOf(accessKeyId);
  if (known === undefined) throw new Error('no principal');
  return known;
}
