import { type Caller, demand } from './access.js';
import type {
  MultipartUpload,
  ObjectAttributes,
  ObjectVersion,
  SimulatedBucket,
  UploadedPart,
} from './bucket.js';
import type { StoredBytes } from './byte-store.js';
import { type Checksum, type ChecksumAlgorithm, compositeChecksum } from './checksums.js';
import { s3Error } from './errors.js';
import {
  attributesContext,
  type Conditions,
  checksumStored,
  conditionally,
  creationContext,
  demandChecksum,
  etagOfParts,
  type GuardedBody,
  LEADS_TO_AN_OBJECT,
  type Lock,
  lockFor,
  receive,
} from './put.js';
import { addVersion, newVersionId } from './versions.js';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
export const SMALLEST_PART_BYTES = 5 * 2 ** 20;
const MOST_PARTS = 10_000;

export interface UploadRequest extends Lock {
  readonly key: string;
  readonly algorithm: ChecksumAlgorithm | undefined;
  readonly attributes: ObjectAttributes;
}

export function createUpload(
  caller: Caller,
  bucket: SimulatedBucket,
  request: UploadRequest,
): MultipartUpload {
  const { key, algorithm, attributes } = request;
  demand(caller, bucket, {
    action: 's3:PutObject',
    key,
    context: { ...LEADS_TO_AN_OBJECT, ...attributesContext(request) },
  });
  const lock = lockFor(caller, bucket, key, request);
  const upload: MultipartUpload = {
    id: caller.world.uuid().replaceAll('-', ''),
    key,
    at: caller.world.now(),
    algorithm,
    attributes,
    retention: lock.retention,
    legalHold: lock.legalHold ?? false,
    initiator: caller.principal.arn,
    parts: new Map(),
  };
  bucket.uploads.set(upload.id, upload);
  return upload;
}

export function findUpload(
  bucket: SimulatedBucket,
  key: string,
  uploadId: string | undefined,
): MultipartUpload {
  const upload = bucket.uploads.get(uploadId ?? '');
  if (upload === undefined || upload.key !== key) throw s3Error.noSuchUpload();
  return upload;
}

export interface PartRequest extends GuardedBody {
  readonly key: string;
  readonly uploadId: string | undefined;
  readonly partNumber: number | undefined;
}

function checkPart(bucket: SimulatedBucket, upload: MultipartUpload, request: PartRequest): number {
  const { partNumber } = request;
  if (
    partNumber === undefined ||
    !Number.isInteger(partNumber) ||
    partNumber < 1 ||
    partNumber > MOST_PARTS
  ) {
    throw s3Error.partNumber();
  }
  demandChecksum(bucket, request);
  const given = request.checksum?.algorithm ?? request.algorithm;
  // An upload that was announced with SHA-256 takes no part without one.
  if (upload.algorithm !== undefined && upload.algorithm !== given && bucket.objectLock === undefined) {
    throw s3Error.checksumTypeMismatch(upload.algorithm.toLowerCase(), given?.toLowerCase() ?? 'null');
  }
  return partNumber;
}

export async function uploadPart(
  caller: Caller,
  bucket: SimulatedBucket,
  request: PartRequest,
): Promise<UploadedPart> {
  demand(caller, bucket, { action: 's3:PutObject', key: request.key, context: LEADS_TO_AN_OBJECT });
  const upload = findUpload(bucket, request.key, request.uploadId);
  const number = checkPart(bucket, upload, request);
  const bytes = await receive(bucket, `${request.key}.part`, request);
  const part = { bytes, at: caller.world.now(), checksum: checksumStored(bytes, request) };
  // Aborted while the bytes came: they belong to nothing.
  if (!bucket.uploads.has(upload.id)) {
    await bytes.remove();
    throw s3Error.noSuchUpload();
  }
  await upload.parts.get(number)?.bytes.remove();
  upload.parts.set(number, part);
  return part;
}

export interface NamedPart {
  readonly partNumber: number | undefined;
  readonly etag: string | undefined;
  readonly checksum: Checksum | undefined;
}

export interface CompleteRequest extends Conditions {
  readonly key: string;
  readonly uploadId: string | undefined;
  readonly parts: readonly NamedPart[];
  /** Compared with what was uploaded, where it is given. */
  readonly objectSize?: number | undefined;
}

function pickPart(upload: MultipartUpload, named: NamedPart, last: number): UploadedPart {
  const { partNumber = 0, etag = '' } = named;
  const part = upload.parts.get(partNumber);
  if (part === undefined || etag.replaceAll('"', '') !== part.bytes.md5) throw s3Error.invalidPart();
  if (upload.algorithm !== undefined && named.checksum === undefined) {
    throw s3Error.partChecksumMissing(upload.algorithm.toLowerCase(), partNumber);
  }
  if (named.checksum !== undefined && named.checksum.value !== part.checksum?.value)
    throw s3Error.invalidPart();
  if (part.bytes.sizeBytes < SMALLEST_PART_BYTES && partNumber !== last) {
    throw s3Error.tooSmall(partNumber, part.bytes.sizeBytes);
  }
  return part;
}

function pickParts(upload: MultipartUpload, request: CompleteRequest): readonly UploadedPart[] {
  const numbers = request.parts.map((part) => part.partNumber ?? 0);
  if (numbers.length === 0) throw s3Error.malformed();
  if (numbers.some((number, index) => index > 0 && number <= (numbers[index - 1] ?? 0))) {
    throw s3Error.invalidPartOrder();
  }
  const last = numbers.at(-1) ?? 0;
  const parts = request.parts.map((named) => pickPart(upload, named, last));
  const total = parts.reduce((sum, part) => sum + part.bytes.sizeBytes, 0);
  if (request.objectSize !== undefined && request.objectSize !== total) throw s3Error.objectSizeMismatch();
  return parts;
}

async function* joined(parts: readonly UploadedPart[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield* part.bytes.read();
}

function composite(upload: MultipartUpload, parts: readonly UploadedPart[]): Checksum | undefined {
  if (upload.algorithm === undefined) return undefined;
  const values = parts.flatMap((part) => part.checksum?.value ?? []);
  return { algorithm: upload.algorithm, value: compositeChecksum(upload.algorithm, values) };
}

function assembled(
  caller: Caller,
  bucket: SimulatedBucket,
  what: {
    readonly upload: MultipartUpload;
    readonly parts: readonly UploadedPart[];
    readonly bytes: StoredBytes;
  },
): ObjectVersion {
  const { upload, parts, bytes } = what;
  return {
    kind: 'object',
    versionId: bucket.versioned ? newVersionId(caller) : 'null',
    at: caller.world.now(),
    etag: etagOfParts(parts.map((part) => part.bytes.md5)),
    bytes,
    checksum: composite(upload, parts),
    checksumType: 'COMPOSITE',
    parts: parts.length,
    attributes: upload.attributes,
    writer: upload.initiator,
    retention: upload.retention,
    legalHold: upload.legalHold,
  };
}

export async function completeUpload(
  caller: Caller,
  bucket: SimulatedBucket,
  request: CompleteRequest,
): Promise<ObjectVersion> {
  const { key } = request;
  demand(caller, bucket, { action: 's3:PutObject', key, context: creationContext(request) });
  const upload = findUpload(bucket, key, request.uploadId);
  const parts = pickParts(upload, request);
  return conditionally(bucket, request, async () => {
    const bytes = await bucket.store.write(key, joined(parts), []);
    const version = assembled(caller, bucket, { upload, parts, bytes });
    await addVersion(bucket, key, version);
    await forget(bucket, upload);
    return version;
  });
}

async function forget(bucket: SimulatedBucket, upload: MultipartUpload): Promise<void> {
  bucket.uploads.delete(upload.id);
  for (const part of upload.parts.values()) await part.bytes.remove();
}

export async function abortUpload(
  caller: Caller,
  bucket: SimulatedBucket,
  what: { readonly key: string; readonly uploadId: string | undefined },
): Promise<void> {
  demand(caller, bucket, { action: 's3:AbortMultipartUpload', key: what.key });
  await forget(bucket, findUpload(bucket, what.key, what.uploadId));
}
