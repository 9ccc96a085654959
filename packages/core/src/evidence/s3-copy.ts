import { s3 } from '../aws/operations.js';
import { hasCode } from '../aws/staged-object.js';
import { StepFailure } from '../engine/failure.js';
import { inParallel } from './in-parallel.js';
import { bucketFields } from './s3-bucket.js';
import { hexOf, type ObjectAddress, type StoredObject } from './s3-object.js';
import { complete, compositeOf, type FinishedPart, inUpload, type NewObject } from './s3-upload.js';
import { untilKnown } from './until-known.js';

const MiB = 1024 * 1024;

export interface CopyLimits {
  /** The largest object that CopyObject takes: 5 GiB. */
  readonly wholeBytes: number;
  /** The smallest part that larger ones are copied in. */
  readonly partBytes: number;
}

export const COPY_LIMITS: CopyLimits = { wholeBytes: 5 * 1024 * MiB, partBytes: 256 * MiB };
const MAX_PARTS = 10_000;
const PARTS_AT_ONCE = 8;

/** A staged object, as it was looked at: S3 copies it only while it is still that one. */
export interface StagedObject {
  readonly address: ObjectAddress;
  readonly stored: StoredObject;
}

/** What S3 says of the copy's bytes. */
export interface Copied {
  readonly created: boolean;
  readonly versionId: string | undefined;
  /** Of the whole copy, 64 hex digits; S3 computes it for copies of one piece. */
  readonly sha256: string | undefined;
  readonly compositeSha256: string | undefined;
}

function copySource({ address, stored }: StagedObject) {
  const path = `${address.Bucket}/${address.Key}`.split('/').map(encodeURIComponent).join('/');
  const version = stored.versionId === undefined ? '' : `?versionId=${encodeURIComponent(stored.versionId)}`;
  return { CopySource: `${path}${version}`, CopySourceIfMatch: stored.etag };
}

async function copyWhole(object: NewObject, staged: StagedObject): Promise<Copied> {
  const { place, key, fields } = object;
  const input = {
    ...bucketFields(place),
    ...copySource(staged),
    Key: key,
    IfNoneMatch: '*',
    MetadataDirective: 'REPLACE' as const,
    ChecksumAlgorithm: 'SHA256' as const,
    ...fields,
  };
  try {
    const { CopyObjectResult, VersionId } = await untilKnown(() => place.account.call(s3.CopyObject, input));
    const checksum = CopyObjectResult?.ChecksumSHA256;
    const sha256 = checksum === undefined ? undefined : hexOf(checksum);
    return { created: true, versionId: VersionId, sha256, compositeSha256: undefined };
  } catch (error) {
    // 412 has two reasons: the key is taken, or the source is no longer what it was. The caller looks at the key.
    if (!hasCode(error, 'PreconditionFailed')) throw error;
    return { created: false, versionId: undefined, sha256: undefined, compositeSha256: undefined };
  }
}

/** Inclusive, as HTTP counts. */
function rangesOf(sizeBytes: number, partBytes: number): readonly string[] {
  const bytes = Math.max(partBytes, Math.ceil(sizeBytes / MAX_PARTS));
  return Array.from({ length: Math.ceil(sizeBytes / bytes) }, (_, index) => {
    const start = index * bytes;
    return `bytes=${start}-${Math.min(start + bytes, sizeBytes) - 1}`;
  });
}

async function copyPart(
  { place, key }: NewObject,
  staged: StagedObject,
  part: { readonly uploadId: string; readonly number: number; readonly range: string },
): Promise<FinishedPart> {
  const target = { ...bucketFields(place), Key: key, UploadId: part.uploadId, PartNumber: part.number };
  const input = { ...target, ...copySource(staged), CopySourceRange: part.range };
  const { CopyPartResult } = await untilKnown(() => place.account.call(s3.UploadPartCopy, input));
  const checksum = CopyPartResult?.ChecksumSHA256;
  if (checksum === undefined) {
    throw StepFailure.permanent(
      'EVIDENCE_NO_CHECKSUM',
      `S3 gave no SHA-256 for part ${part.number} of ${key}`,
    );
  }
  return { PartNumber: part.number, ETag: CopyPartResult?.ETag, ChecksumSHA256: checksum };
}

async function copyInParts(object: NewObject, staged: StagedObject, limits: CopyLimits): Promise<Copied> {
  const { sizeBytes } = staged.stored;
  return inUpload(object, async (uploadId) => {
    const ranges = rangesOf(sizeBytes, limits.partBytes);
    const parts = await inParallel(ranges, PARTS_AT_ONCE, (range, index) =>
      copyPart(object, staged, { uploadId, number: index + 1, range }),
    );
    const written = await complete(object, uploadId, { parts, sizeBytes });
    return { ...written, sha256: undefined, compositeSha256: compositeOf(parts) };
  });
}

/** Copies inside S3: the bytes do not come here. Writes nothing when the key is taken. */
export function copyObject(object: NewObject, staged: StagedObject, limits: CopyLimits): Promise<Copied> {
  return staged.stored.sizeBytes <= limits.wholeBytes
    ? copyWhole(object, staged)
    : copyInParts(object, staged, limits);
}
