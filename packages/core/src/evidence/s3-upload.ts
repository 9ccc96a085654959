import { createHash } from 'node:crypto';
import { s3 } from '../aws/operations.js';
import { hasCode } from '../aws/staged-object.js';
import { StepFailure } from '../engine/failure.js';
import { type Digest, Meter } from './bytes.js';
import { inParallel } from './in-parallel.js';
import { bucketFields, type S3Place } from './s3-bucket.js';
import { untilKnown } from './until-known.js';

/** A new object: where, and what it carries besides its bytes. */
export interface NewObject {
  readonly place: S3Place;
  readonly key: string;
  /** Content type, metadata, Object Lock, as S3's operations take them. */
  readonly fields: ObjectFields;
}

export interface ObjectFields {
  readonly ContentType: string;
  readonly Metadata: Record<string, string>;
  readonly ObjectLockMode?: 'GOVERNANCE' | 'COMPLIANCE';
  readonly ObjectLockRetainUntilDate?: Date;
  readonly ObjectLockLegalHoldStatus?: 'ON';
}

/** What S3 has, or would have, of these bytes. */
export interface Uploaded extends Digest {
  /** SHA-256 over those of the parts, base64; undefined for an object of one piece. */
  readonly compositeSha256: string | undefined;
  /** False: the key was taken, nothing was written. */
  readonly created: boolean;
  readonly versionId: string | undefined;
}

export interface FinishedPart {
  readonly PartNumber: number;
  readonly ETag: string | undefined;
  /** Base64. */
  readonly ChecksumSHA256: string;
}

const MiB = 1024 * 1024;
const PARTS_AT_ONCE = 4;

/** Small parts first, since the end is not known; the 10,000 that S3 allows hold 1.5 TB. */
export function partSize(part: number): number {
  if (part <= 1000) return 16 * MiB;
  return part <= 5000 ? 64 * MiB : 256 * MiB;
}

const base64Sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('base64');

/** S3's documentation asks for the algorithm too where Object Lock is on; S3 itself is content with the checksum. */
const checksumOf = (bytes: Uint8Array) => ({
  ChecksumAlgorithm: 'SHA256' as const,
  ChecksumSHA256: base64Sha256(bytes),
});

/** SHA-256 over the digests of the parts: what S3 calls a composite checksum. */
export function compositeOf(parts: readonly FinishedPart[]): string {
  return base64Sha256(
    Buffer.concat(parts.map(({ ChecksumSHA256 }) => Buffer.from(ChecksumSHA256, 'base64'))),
  );
}

/** Cuts a stream into parts; at least one, perhaps empty. */
async function* inParts(body: AsyncIterable<Uint8Array>, meter: Meter): AsyncGenerator<Buffer, void> {
  let part = 1;
  let chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    meter.add(chunk);
    for (let rest = chunk; rest.length > 0; ) {
      const taken = rest.subarray(0, partSize(part) - length);
      chunks.push(taken);
      length += taken.length;
      rest = rest.subarray(taken.length);
      if (length < partSize(part)) continue;
      yield Buffer.concat(chunks);
      part += 1;
      chunks = [];
      length = 0;
    }
  }
  if (length > 0 || part === 1) yield Buffer.concat(chunks);
}

/** Streams a body into a new object, in one piece when it is small. Writes nothing when the key is taken. */
export async function upload(object: NewObject, body: AsyncIterable<Uint8Array>): Promise<Uploaded> {
  const meter = new Meter();
  const parts = inParts(body, meter);
  const { value: first = Buffer.of() } = await parts.next();
  const second = await parts.next();
  if (second.done === true) {
    const written = await putWhole(object, first);
    return { ...meter.digest(), compositeSha256: undefined, ...written };
  }
  const all = chain([first, second.value], parts);
  return inUpload(object, async (uploadId) => {
    const finished = await inParallel(all, PARTS_AT_ONCE, (part, index) =>
      putPart(object, { uploadId, number: index + 1, part }),
    );
    const digest = meter.digest();
    const written = await complete(object, uploadId, { parts: finished, sizeBytes: digest.sizeBytes });
    return { ...digest, compositeSha256: compositeOf(finished), ...written };
  });
}

async function* chain(first: readonly Buffer[], rest: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  yield* first;
  yield* rest;
}

type Written = Pick<Uploaded, 'created' | 'versionId'>;
const TAKEN: Written = { created: false, versionId: undefined };

async function putWhole({ place, key, fields }: NewObject, bytes: Buffer): Promise<Written> {
  const once = { ...checksumOf(bytes), IfNoneMatch: '*' };
  const input = { ...bucketFields(place), Key: key, Body: bytes, ...once, ...fields };
  try {
    const { VersionId } = await untilKnown(() => place.account.call(s3.PutObject, input));
    return { created: true, versionId: VersionId };
  } catch (error) {
    if (hasCode(error, 'PreconditionFailed')) return TAKEN;
    throw error;
  }
}

async function putPart(
  { place, key }: NewObject,
  { uploadId, number, part }: { readonly uploadId: string; readonly number: number; readonly part: Buffer },
): Promise<FinishedPart> {
  const checksum = checksumOf(part);
  const target = { ...bucketFields(place), Key: key, UploadId: uploadId, PartNumber: number };
  const input = { ...target, Body: part, ...checksum };
  const { ETag } = await untilKnown(() => place.account.call(s3.UploadPart, input));
  return { PartNumber: number, ETag, ChecksumSHA256: checksum.ChecksumSHA256 };
}

/** A multipart upload that is given up when the work fails: its parts cost money, and nobody would find them. */
export async function inUpload<T>(
  { place, key, fields }: NewObject,
  work: (uploadId: string) => Promise<T>,
): Promise<T> {
  const target = { ...bucketFields(place), Key: key };
  const input = { ...target, ChecksumAlgorithm: 'SHA256' as const, ...fields };
  const { UploadId } = await place.account.call(s3.CreateMultipartUpload, input);
  if (UploadId === undefined) throw StepFailure.retryable('EVIDENCE_UNWRITABLE', 'S3 gave no upload id');
  try {
    return await work(UploadId);
  } catch (error) {
    await place.account.call(s3.AbortMultipartUpload, { ...target, UploadId }).catch(() => undefined);
    throw error;
  }
}

/** Makes one object of the parts, on the condition that there is none. */
export async function complete(
  { place, key }: NewObject,
  uploadId: string,
  { parts, sizeBytes }: { readonly parts: readonly FinishedPart[]; readonly sizeBytes: number },
): Promise<Written> {
  const target = { ...bucketFields(place), Key: key, UploadId: uploadId, IfNoneMatch: '*' };
  const input = { ...target, MpuObjectSize: sizeBytes, MultipartUpload: { Parts: [...parts] } };
  try {
    const { VersionId } = await untilKnown(() => place.account.call(s3.CompleteMultipartUpload, input));
    return { created: true, versionId: VersionId };
  } catch (error) {
    // The second: an earlier try went through, its answer was lost. Who owns the object is for the caller to see.
    if (!hasCode(error, 'PreconditionFailed', 'NoSuchUpload')) throw error;
    await place.account
      .call(s3.AbortMultipartUpload, { ...bucketFields(place), Key: key, UploadId: uploadId })
      .catch(() => undefined);
    return TAKEN;
  }
}
