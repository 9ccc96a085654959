import { createHash } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { awsError } from '../../src/simulation/errors.js';
import { codeOf, s3World } from './s3-world.js';

const MIB = 2 ** 20;
const place = { Bucket: 'evidence', Key: 'memory/dump.lime' };
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('base64');
const filled = (length: number, byte: number) => Buffer.alloc(length, byte);

async function begun(more: object = {}, options: Parameters<typeof s3World>[0] = {}) {
  const made = s3World(options, { latencyMs: [0, 0] });
  const { UploadId = '' } = await made.s3.send(new CreateMultipartUploadCommand({ ...place, ...more }));
  const part = (PartNumber: number, Body: Uint8Array, extra: object = {}) =>
    made.s3.send(new UploadPartCommand({ ...place, UploadId, PartNumber, Body, ...extra }));
  const complete = (Parts: object[], extra: object = {}) =>
    made.s3.send(
      new CompleteMultipartUploadCommand({ ...place, UploadId, MultipartUpload: { Parts }, ...extra }),
    );
  return { ...made, UploadId, part, complete };
}

describe('a multipart upload', () => {
  it("joins its parts, with a composite checksum that is not the whole's", async () => {
    const { s3, part, complete } = await begun({ ChecksumAlgorithm: 'SHA256' });
    const bodies = [filled(5 * MIB, 1), filled(100, 2)];
    const parts = await Promise.all(
      bodies.map((body, index) => part(index + 1, body, { ChecksumAlgorithm: 'SHA256' })),
    );
    const answer = await complete(
      parts.map(({ ETag, ChecksumSHA256 }, index) => ({ PartNumber: index + 1, ETag, ChecksumSHA256 })),
      { MpuObjectSize: 5 * MIB + 100 },
    );
    const digests = Buffer.concat(bodies.map((body) => Buffer.from(sha256(body), 'base64')));
    expect(answer.ChecksumSHA256).toBe(`${sha256(digests)}-2`);
    expect(answer.ETag).toMatch(/^"[0-9a-f]{32}-2"$/);
    const head = await s3.send(new HeadObjectCommand({ ...place, ChecksumMode: 'ENABLED' }));
    expect(head).toMatchObject({ ContentLength: 5 * MIB + 100, ChecksumType: 'COMPOSITE', PartsCount: 2 });
    const { Body } = await s3.send(
      new GetObjectCommand({ ...place, Range: `bytes=${5 * MIB - 1}-${5 * MIB}` }),
    );
    expect([...((await Body?.transformToByteArray()) ?? [])]).toEqual([1, 2]);
  });

  it('refuses small parts except the last, parts out of order, and parts it does not know', async () => {
    const { part, complete } = await begun();
    const [small, large] = [await part(1, filled(10, 1)), await part(2, filled(5 * MIB, 1))];
    const named = [
      { PartNumber: 1, ETag: small.ETag },
      { PartNumber: 2, ETag: large.ETag },
    ];
    expect(await codeOf(complete(named))).toBe('EntityTooSmall');
    expect(await codeOf(complete(named.toReversed()))).toBe('InvalidPartOrder');
    expect(await codeOf(complete([{ PartNumber: 2, ETag: small.ETag }]))).toBe('InvalidPart');
    expect(await codeOf(complete([{ PartNumber: 3, ETag: small.ETag }]))).toBe('InvalidPart');
    expect(await codeOf(complete([]))).toBe('MalformedXML');
    expect(await codeOf(part(0, filled(10, 1)))).toBe('InvalidArgument');
    expect(await codeOf(part(10_001, filled(10, 1)))).toBe('InvalidArgument');
  });

  it('compares the object size that is passed', async () => {
    const { part, complete } = await begun();
    const one = await part(1, filled(10, 1));
    const named = [{ PartNumber: 1, ETag: one.ETag }];
    expect(await codeOf(complete(named, { MpuObjectSize: 11 }))).toBe('InvalidRequest');
    expect(await codeOf(complete(named, { MpuObjectSize: 10 }))).toBe('ok');
  });

  it("that was announced with SHA-256 takes no part without, and completes with every part's", async () => {
    const { part, complete } = await begun({ ChecksumAlgorithm: 'SHA256' });
    expect(await codeOf(part(1, filled(10, 1)))).toBe('InvalidRequest');
    const one = await part(1, filled(10, 1), { ChecksumSHA256: sha256(filled(10, 1)) });
    expect(await codeOf(complete([{ PartNumber: 1, ETag: one.ETag }]))).toBe('InvalidRequest');
    expect(
      await codeOf(complete([{ PartNumber: 1, ETag: one.ETag, ChecksumSHA256: sha256(filled(10, 2)) }])),
    ).toBe('InvalidPart');
    expect(
      await codeOf(complete([{ PartNumber: 1, ETag: one.ETag, ChecksumSHA256: one.ChecksumSHA256 }])),
    ).toBe('ok');
  });

  it('is gone when it was completed or aborted', async () => {
    const { s3, part, complete, UploadId } = await begun();
    const one = await part(1, filled(10, 1));
    await complete([{ PartNumber: 1, ETag: one.ETag }]);
    expect(await codeOf(part(2, filled(10, 1)))).toBe('NoSuchUpload');
    expect(await codeOf(s3.send(new AbortMultipartUploadCommand({ ...place, UploadId })))).toBe(
      'NoSuchUpload',
    );
    expect((await s3.send(new ListMultipartUploadsCommand({ Bucket: place.Bucket }))).Uploads).toEqual([]);
  });

  it('lists its parts in pages, the newest of each number', async () => {
    const { s3, part, UploadId } = await begun();
    for (const number of [3, 1, 2]) await part(number, filled(10, number));
    const newest = await part(2, filled(20, 9));
    const first = await s3.send(new ListPartsCommand({ ...place, UploadId, MaxParts: 2 }));
    expect(first.Parts?.map((one) => [one.PartNumber, one.Size])).toEqual([
      [1, 10],
      [2, 20],
    ]);
    expect(first.Parts?.[1]?.ETag).toBe(newest.ETag);
    const rest = await s3.send(
      new ListPartsCommand({ ...place, UploadId, PartNumberMarker: first.NextPartNumberMarker }),
    );
    expect(rest.Parts?.map((one) => one.PartNumber)).toEqual([3]);
  });

  it('copies parts out of other objects', async () => {
    const { s3, complete, UploadId } = await begun({ ChecksumAlgorithm: 'SHA256' });
    await s3.send(new PutObjectCommand({ Bucket: place.Bucket, Key: 'source', Body: filled(100, 7) }));
    const copied = await s3.send(
      new UploadPartCopyCommand({
        ...place,
        UploadId,
        PartNumber: 1,
        CopySource: '/evidence/source',
        CopySourceRange: 'bytes=0-9',
      }),
    );
    expect(copied.CopyPartResult?.ChecksumSHA256).toBe(sha256(filled(10, 7)));
    const { ETag, ChecksumSHA256 } = copied.CopyPartResult ?? {};
    await complete([{ PartNumber: 1, ETag, ChecksumSHA256 }]);
    expect((await s3.send(new HeadObjectCommand(place))).ContentLength).toBe(10);
  });

  it('keeps the lock that it was begun with', async () => {
    const { s3, part, complete } = await begun({}, { objectLock: { mode: 'COMPLIANCE', days: 1 } });
    const one = await part(1, filled(10, 1));
    await complete([{ PartNumber: 1, ETag: one.ETag }]);
    expect((await s3.send(new HeadObjectCommand(place))).ObjectLockMode).toBe('COMPLIANCE');
  });

  it('may be answered with an error in a 200, when a test asks for it', async () => {
    const { world, part, complete } = await begun();
    const one = await part(1, filled(10, 1));
    world.faults.add({
      operation: 's3:CompleteMultipartUpload',
      fault: awsError('InternalError', 'We encountered an internal error.', { status: 200, fault: 'server' }),
    });
    const error = await complete([{ PartNumber: 1, ETag: one.ETag }]).catch((caught) => caught);
    expect([error.name, error.$metadata.httpStatusCode]).toEqual(['InternalError', 200]);
    expect(await codeOf(complete([{ PartNumber: 1, ETag: one.ETag }]))).toBe('ok');
  });
});
