import { type Caller, demand } from './access.js';
import type { ObjectAttributes, ObjectVersion, SimulatedBucket, UploadedPart } from './bucket.js';
import { checksumAlgorithm } from './checksums.js';
import { s3Error } from './errors.js';
import { getObject } from './get.js';
import { uploadPart } from './multipart.js';
import { type Conditions, LARGEST_PUT_BYTES, LEADS_TO_AN_OBJECT, type Lock, putObject } from './put.js';

export interface CopySource {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string | undefined;
}

/** `bucket/key?versionId=...`, URL-encoded, with or without a slash before it. */
export function parseCopySource(text: string | undefined): CopySource {
  const found = /^\/?([^/]+)\/(.+?)(?:\?versionId=([^?]+))?$/s.exec(text ?? '');
  if (found === null) throw s3Error.malformed();
  const [, bucket = '', key = '', versionId] = found;
  return { bucket, key: decodeURIComponent(key), versionId };
}

interface FoundSource {
  readonly bucket: SimulatedBucket;
  readonly key: string;
  readonly versionId: string | undefined;
}

export interface CopyRequest extends Conditions, Lock {
  readonly source: FoundSource;
  readonly key: string;
  readonly algorithm: string | undefined;
  /** The source's own, when absent. */
  readonly attributes: ObjectAttributes | undefined;
}

export async function copyObject(
  caller: Caller,
  bucket: SimulatedBucket,
  request: CopyRequest,
): Promise<ObjectVersion> {
  const { version } = getObject(caller, request.source.bucket, request.source);
  if (version.bytes.sizeBytes > LARGEST_PUT_BYTES) {
    throw s3Error.tooLarge();
  }
  return putObject(caller, bucket, {
    key: request.key,
    copySource: `${request.source.bucket.name}/${request.source.key}`,
    body: version.bytes.read(),
    // S3 computes it where it copies; without a wish it keeps the source's kind.
    algorithm: checksumAlgorithm(request.algorithm) ?? version.checksum?.algorithm ?? 'CRC32',
    attributes: request.attributes ?? version.attributes,
    retention: request.retention,
    legalHold: request.legalHold,
    ifNoneMatch: request.ifNoneMatch,
    ifMatch: request.ifMatch,
  });
}

export interface CopyPartRequest {
  readonly source: FoundSource;
  readonly key: string;
  readonly uploadId: string | undefined;
  readonly partNumber: number | undefined;
  readonly range: string | undefined;
}

/** A part out of another object, checked and hashed by S3 itself. */
export async function copyPart(
  caller: Caller,
  bucket: SimulatedBucket,
  request: CopyPartRequest,
): Promise<UploadedPart> {
  demand(caller, bucket, { action: 's3:PutObject', key: request.key, context: LEADS_TO_AN_OBJECT });
  const { version, range } = getObject(caller, request.source.bucket, {
    ...request.source,
    range: request.range,
  });
  const algorithm = bucket.uploads.get(request.uploadId ?? '')?.algorithm ?? 'CRC32';
  return uploadPart(caller, bucket, { ...request, body: version.bytes.read(range), algorithm });
}
