import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
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
import { ACCOUNT, s3World } from './s3-world.js';

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'cordon-curl-'));
const file = join(folder, 'part');
const BYTES = Buffer.from('evidence '.repeat(1000));
const SHA256 = createHash('sha256').update(BYTES).digest('base64');

beforeAll(() => writeFileSync(file, BYTES));
afterAll(() => rmSync(folder, { recursive: true }));

interface Signing {
  readonly signedHeaders?: readonly string[];
  readonly expiresIn?: number;
  readonly calculation?: 'WHEN_REQUIRED' | 'WHEN_SUPPORTED';
}

/** A world, and curl that reaches its S3 by AWS's own host names. */
async function wire(options: Partial<BucketOptions> = {}) {
  const made = s3World(options);
  const { port } = await s3Endpoint(made.world);
  const sign = (
    command: PutObjectCommand | UploadPartCommand | GetObjectCommand,
    { signedHeaders = [], expiresIn = 900, calculation = 'WHEN_REQUIRED' }: Signing = {},
  ) => {
    const client = new S3Client({
      region: 'eu-west-1',
      credentials: made.world.account(ACCOUNT).credentials(),
      requestChecksumCalculation: calculation,
    });
    const headers = new Set(signedHeaders);
    return getSignedUrl(client, command as GetObjectCommand, {
      expiresIn,
      signingDate: made.world.now(),
      ...(headers.size > 0 ? { signableHeaders: headers, unhoistableHeaders: headers } : {}),
    });
  };
  const curl = async (url: string, ...flags: string[]) => {
    const { host } = new URL(url);
    const local = url.replace(`https://${host}`, `http://127.0.0.1:${port}`);
    const { stdout } = await run('curl', [
      '-sS',
      '--max-time',
      '20',
      '-w',
      '\n%{http_code}',
      '-H',
      `Host: ${host}`,
      ...flags,
      local,
    ]);
    const code = /<Code>(\w+)<\/Code>/.exec(stdout)?.[1] ?? '';
    return {
      status: Number(stdout.slice(stdout.lastIndexOf('\n') + 1)),
      body: stdout.slice(0, stdout.lastIndexOf('\n')),
      code,
    };
  };
  return {
    ...made,
    sign,
    curl,
    upload: (url: string, ...flags: string[]) => curl(url, '-T', file, ...flags),
  };
}

const place = { Bucket: 'evidence', Key: 'staged/some file+name.bin' };

describe('a presigned URL over loopback', () => {
  it('takes an object from curl and gives it back', async () => {
    const { sign, curl, upload, world } = await wire();
    expect((await upload(await sign(new PutObjectCommand(place)))).status).toBe(200);
    const got = await curl(await sign(new GetObjectCommand(place)));
    expect([got.status, got.body]).toEqual([200, BYTES.toString()]);
    const range = await curl(await sign(new GetObjectCommand(place)), '-r', '0-7');
    expect([range.status, range.body]).toEqual([206, 'evidence']);
    await world.dispose();
  });

  it('takes one part under its own SHA-256, which S3 compares', async () => {
    const { sign, upload, s3, world } = await wire();
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
    await world.dispose();
  });

  it('is good for its key, part, method and time only', async () => {
    const { sign, curl, upload, world } = await wire();
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
    await world.dispose();
  });

  it('takes keys of any characters, whatever their escapes', async () => {
    const { world, s3 } = await wire();
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
    await world.dispose();
  });

  it('asks the policies of the one who signed, as they stand now', async () => {
    const { sign, upload, world, bucket } = await wire();
    const url = await sign(new PutObjectCommand(place));
    bucket.policy = {
      Statement: [{ Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource: '*' }],
    };
    expect((await upload(url)).code).toBe('AccessDenied');
    await world.dispose();
  });

  it('dies with the session that signed it', async () => {
    const { world, upload } = await wire();
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
    await world.dispose();
  });
});

describe('the three mistakes of uploads', () => {
  it('refuses a part without checksum where Object Lock is on', async () => {
    const { sign, upload, s3, world } = await wire({ objectLock: { mode: 'GOVERNANCE', days: 1 } });
    expect((await upload(await sign(new PutObjectCommand(place)))).code).toBe('InvalidRequest');
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand(place));
    const bare = await upload(await sign(new UploadPartCommand({ ...place, UploadId, PartNumber: 1 })));
    expect([bare.status, bare.code]).toEqual([400, 'InvalidRequest']);
    const url = await sign(
      new UploadPartCommand({ ...place, UploadId, PartNumber: 1, ChecksumSHA256: SHA256 }),
      { signedHeaders: ['x-amz-checksum-sha256'] },
    );
    expect((await upload(url, '-H', `x-amz-checksum-sha256: ${SHA256}`)).status).toBe(200);
    await world.dispose();
  });

  it('refuses an x-amz header that was not signed', async () => {
    const { sign, upload, world } = await wire();
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
    await world.dispose();
  });

  it('refuses the CRC32 of an empty body that the SDK bakes into URLs by default', async () => {
    const { sign, upload, world } = await wire();
    const url = await sign(new PutObjectCommand(place), { calculation: 'WHEN_SUPPORTED' });
    expect(url).toContain('x-amz-checksum-crc32=AAAAAA');
    expect((await upload(url)).code).toBe('BadDigest');
    await world.dispose();
  });
});

const sha256Of = (text: string) => createHash('sha256').update(text).digest('base64');

function principal(world: Awaited<ReturnType<typeof wire>>['world']) {
  const { accessKeyId } = world.account(ACCOUNT).credentials();
  const known = world.principalOf(accessKeyId);
  if (known === undefined) throw new Error('no principal');
  return known;
}
