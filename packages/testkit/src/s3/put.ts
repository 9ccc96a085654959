import { createHash } from 'node:crypto';
import { type Caller, demand } from './access.js';
import { chunksOf } from './body.js';
import {
  currentVersion,
  defaultRetention,
  type ObjectAttributes,
  type ObjectVersion,
  type Retention,
  type SimulatedBucket,
} from './bucket.js';
import type { StoredBytes } from './byte-store.js';
import type { Checksum, ChecksumAlgorithm } from './checksums.js';
import { s3Error } from './errors.js';
import { addVersion, newVersionId } from './versions.js';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
export const LARGEST_PUT_BYTES = 5 * 2 ** 30;

/** A checksum in a request, and the bytes that it must be true of. */
export interface GuardedBody {
  readonly body: unknown;
  readonly checksum?: Checksum | undefined;
  /** Computed where the request asks for an algorithm without a value, as the SDK does before it sends. */
  readonly algorithm?: ChecksumAlgorithm | undefined;
  /** Base64. */
  readonly contentMd5?: string | undefined;
}

/** Receives bytes and compares them with what the sender said of them. */
export async function receive(
  bucket: SimulatedBucket,
  name: string,
  sent: GuardedBody,
): Promise<StoredBytes> {
  const algorithm = sent.checksum?.algorithm ?? sent.algorithm;
  const bytes = await bucket.store.write(
    name,
    chunksOf(sent.body),
    algorithm === undefined ? [] : [algorithm],
  );
  const refuse = async (error: Error): Promise<never> => {
    await bytes.remove();
    throw error;
  };
  if (bytes.sizeBytes > LARGEST_PUT_BYTES) await refuse(s3Error.tooLarge());
  if (sent.contentMd5 !== undefined && Buffer.from(sent.contentMd5, 'base64').toString('hex') !== bytes.md5) {
    await refuse(s3Error.badDigest('MD5'));
  }
  if (sent.checksum !== undefined && bytes.checksums[sent.checksum.algorithm] !== sent.checksum.value) {
    await refuse(s3Error.badDigest(sent.checksum.algorithm));
  }
  return bytes;
}

export function checksumStored(bytes: StoredBytes, sent: GuardedBody): Checksum | undefined {
  const algorithm = sent.checksum?.algorithm ?? sent.algorithm;
  const value = algorithm === undefined ? undefined : bytes.checksums[algorithm];
  return algorithm === undefined || value === undefined ? undefined : { algorithm, value };
}

/** Locked buckets take no bytes that nobody vouches for. */
export function demandChecksum(bucket: SimulatedBucket, sent: GuardedBody): void {
  if (bucket.objectLock === undefined) return;
  if (sent.checksum === undefined && sent.algorithm === undefined && sent.contentMd5 === undefined) {
    throw s3Error.checksumRequired();
  }
}

export interface Conditions {
  /** Only `*` is known to S3. */
  readonly ifNoneMatch?: string | undefined;
  readonly ifMatch?: string | undefined;
}

function check(bucket: SimulatedBucket, key: string, { ifNoneMatch, ifMatch }: Conditions): void {
  const version = currentVersion(bucket, key);
  // A delete marker lets a second entry in: that is S3, and why `verify` lists versions.
  if (ifNoneMatch !== undefined && version?.kind === 'object')
    throw s3Error.preconditionFailed('If-None-Match');
  if (ifMatch === undefined) return;
  if (version?.kind !== 'object') throw s3Error.noSuchKey(key);
  if (version.etag.replaceAll('"', '') !== ifMatch.replaceAll('"', ''))
    throw s3Error.preconditionFailed('If-Match');
}

/** Runs a write whose condition must still hold at its end; two such writes of one key at once: the second is a 409. */
export async function conditionally<T>(
  bucket: SimulatedBucket,
  what: Conditions & { readonly key: string },
  write: () => Promise<T>,
): Promise<T> {
  if (what.ifNoneMatch === undefined && what.ifMatch === undefined) return write();
  if (bucket.busy.has(what.key)) throw s3Error.conflict('If-None-Match');
  check(bucket, what.key, what);
  bucket.busy.add(what.key);
  try {
    return await write();
  } finally {
    bucket.busy.delete(what.key);
  }
}

export interface Lock {
  readonly retention?: Retention | undefined;
  readonly legalHold?: boolean | undefined;
}

export interface PutRequest extends GuardedBody, Conditions, Lock {
  readonly key: string;
  /** `bucket/key`, where the bytes come from another object. */
  readonly copySource?: string | undefined;
  readonly attributes: ObjectAttributes;
}

export function lockFor(caller: Caller, bucket: SimulatedBucket, key: string, lock: Lock): Lock {
  if (lock.retention === undefined && lock.legalHold !== true) {
    return { retention: defaultRetention(bucket, caller.world.now()), legalHold: false };
  }
  if (bucket.objectLock === undefined) throw s3Error.notLockable();
  if (lock.retention !== undefined) demand(caller, bucket, { action: 's3:PutObjectRetention', key });
  if (lock.legalHold === true) demand(caller, bucket, { action: 's3:PutObjectLegalHold', key });
  return {
    retention: lock.retention ?? defaultRetention(bucket, caller.world.now()),
    legalHold: lock.legalHold ?? false,
  };
}

export async function putObject(
  caller: Caller,
  bucket: SimulatedBucket,
  request: PutRequest,
): Promise<ObjectVersion> {
  const { key } = request;
  const context = {
    ...creationContext(request),
    ...attributesContext(request),
    's3:x-amz-copy-source': request.copySource,
  };
  demand(caller, bucket, { action: 's3:PutObject', key, context });
  demandChecksum(bucket, request);
  const lock = lockFor(caller, bucket, key, request);
  return conditionally(bucket, request, async () => {
    const bytes = await receive(bucket, key, request);
    const version: ObjectVersion = {
      kind: 'object',
      versionId: bucket.versioned ? newVersionId(caller) : 'null',
      at: caller.world.now(),
      etag: `"${bytes.md5}"`,
      bytes,
      checksum: checksumStored(bytes, request),
      checksumType: 'FULL_OBJECT',
      parts: undefined,
      attributes: request.attributes,
      writer: caller.principal.arn,
      retention: lock.retention,
      legalHold: lock.legalHold ?? false,
    };
    await addVersion(bucket, key, version);
    return version;
  });
}

/** What becomes an object in this call, and what only leads to one: beginning an upload, and its parts. */
export const LEADS_TO_AN_OBJECT = { 's3:ObjectCreationOperation': 'false' };

/**
 * Condition keys that bucket policies ask about.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
 */
export function creationContext({ ifNoneMatch, ifMatch }: Conditions) {
  return {
    's3:ObjectCreationOperation': 'true',
    's3:if-none-match': ifNoneMatch,
    's3:if-match': ifMatch,
  };
}

export function attributesContext(request: { readonly attributes: ObjectAttributes }) {
  return {
    's3:x-amz-server-side-encryption': request.attributes.encryption,
    's3:x-amz-server-side-encryption-aws-kms-key-id': request.attributes.kmsKeyId,
  };
}

export function etagOfParts(md5s: readonly string[]): string {
  const joined = Buffer.concat(md5s.map((md5) => Buffer.from(md5, 'hex')));
  return `"${createHash('md5').update(joined).digest('hex')}-${md5s.length}"`;
}
