import { describe, expect, it } from 'vitest';
import { awsAccount } from '../../src/aws/account.js';
import { ec2, s3 } from '../../src/aws/operations.js';
import { SteppingClock } from './stepping-clock.js';

const account = awsAccount({
  id: '999900001111',
  region: 'eu-west-1',
  clock: new SteppingClock(new Date('2026-11-24T06:00:00Z')),
  credentials: async () => ({ accessKeyId: 'ASIATEST', secretAccessKey: 's', sessionToken: 'token' }),
  principal: async () => 'arn',
  clientDefaults: { s3: { endpoint: 'http://127.0.0.1:9000', forcePathStyle: true } },
});
const part = { Bucket: 'staging', Key: 'inc/dump.lime', UploadId: 'u-1', PartNumber: 3 };

describe('a presigned URL', () => {
  it('lets its bearer put one part of one upload, at the configured endpoint, by the given clock', async () => {
    const url = new URL(await account.presign(s3.UploadPart, part, { expiresInSeconds: 900 }));
    expect(url.host).toBe('127.0.0.1:9000');
    expect(url.pathname).toBe('/staging/inc/dump.lime');
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      partNumber: '3',
      uploadId: 'u-1',
      'X-Amz-Expires': '900',
      'X-Amz-Date': '20261124T060000Z',
      'X-Amz-Security-Token': 'token',
      'X-Amz-SignedHeaders': 'host',
    });
  });

  it('bakes no checksum of an empty body in', async () => {
    const url = await account.presign(s3.UploadPart, part, { expiresInSeconds: 900 });
    expect(url.toLowerCase()).not.toContain('checksum');
    expect(url.toLowerCase()).not.toContain('crc32');
  });

  it("demands the part's own SHA-256 as a header when that is signed", async () => {
    const url = new URL(
      await account.presign(
        s3.UploadPart,
        { ...part, ChecksumSHA256: 'A'.repeat(43).concat('=') },
        { expiresInSeconds: 900, signedHeaders: ['x-amz-checksum-sha256'] },
      ),
    );
    expect(url.searchParams.get('X-Amz-SignedHeaders')).toBe('host;x-amz-checksum-sha256');
    expect(url.searchParams.has('x-amz-checksum-sha256')).toBe(false);
  });

  it('is made for S3 only, and not for longer than a signature lives', async () => {
    await expect(account.presign(ec2.DescribeInstances, {}, { expiresInSeconds: 60 })).rejects.toMatchObject({
      code: 'NOT_PRESIGNABLE',
    });
    await expect(account.presign(s3.UploadPart, part, { expiresInSeconds: 604_801 })).rejects.toMatchObject({
      code: 'NOT_PRESIGNABLE',
    });
  });
});
