import type { SimulatedCall } from '../simulation/service.js';
import type { Caller } from './access.js';
import { findBucket, type ObjectVersion, type SimulatedBucket } from './bucket.js';
import { checksumAlgorithm, checksumField, checksumIn } from './checksums.js';
import { s3Error } from './errors.js';
import type { GuardedBody, Lock } from './put.js';

export type S3Sdk = typeof import('@aws-sdk/client-s3');

interface Bucketed {
  readonly Bucket: string | undefined;
  readonly ExpectedBucketOwner?: string | undefined;
}

/** The bucket that a call names; another region's is elsewhere. */
export function bucketOf(call: SimulatedCall<Bucketed>): SimulatedBucket {
  const bucket = findBucket(call.world, call.input.Bucket);
  if (bucket.region !== call.region.name) throw s3Error.otherRegion(bucket.region);
  return ownedBy(bucket, call.input.ExpectedBucketOwner);
}

/** A bucket that somebody else took the name of is refused to those who say whose it must be. */
export function ownedBy(bucket: SimulatedBucket, owner: string | undefined): SimulatedBucket {
  if (owner !== undefined && owner !== bucket.account) throw s3Error.accessDenied();
  return bucket;
}

export function callerOf(call: SimulatedCall<unknown>): Caller {
  return { world: call.world, principal: call.principal, region: call.region.name };
}

interface BodyFields {
  readonly Body?: unknown;
  readonly ContentMD5?: string | undefined;
  readonly ChecksumAlgorithm?: string | undefined;
}

/** The SDK vouches for every body it sends, with CRC32 unless told otherwise: https://docs.aws.amazon.com/sdkref/latest/guide/feature-dataintegrity.html */
export function guarded(input: BodyFields): GuardedBody {
  const checksum = checksumIn(input);
  return {
    body: input.Body,
    contentMd5: input.ContentMD5,
    ...(checksum === undefined
      ? { algorithm: checksumAlgorithm(input.ChecksumAlgorithm) ?? 'CRC32' }
      : { checksum }),
  };
}

interface LockFields {
  readonly ObjectLockMode?: 'GOVERNANCE' | 'COMPLIANCE' | undefined;
  readonly ObjectLockRetainUntilDate?: Date | undefined;
  readonly ObjectLockLegalHoldStatus?: string | undefined;
}

export function lockIn(input: LockFields): Lock {
  const { ObjectLockMode: mode, ObjectLockRetainUntilDate: until } = input;
  return {
    retention: mode === undefined || until === undefined ? undefined : { mode, until },
    legalHold: input.ObjectLockLegalHoldStatus === 'ON',
  };
}

interface AttributeFields {
  readonly ContentType?: string | undefined;
  readonly Metadata?: Readonly<Record<string, string>> | undefined;
  readonly ServerSideEncryption?: string | undefined;
  readonly SSEKMSKeyId?: string | undefined;
  readonly Tagging?: string | undefined;
}

export function attributesIn(input: AttributeFields) {
  return {
    contentType: input.ContentType,
    metadata: lowerCased(input.Metadata),
    encryption: input.ServerSideEncryption,
    kmsKeyId: input.SSEKMSKeyId,
    tagging: input.Tagging,
  };
}

/** Metadata travels as headers, and headers have no case. */
function lowerCased(metadata: Readonly<Record<string, string>> | undefined) {
  return Object.fromEntries(
    Object.entries(metadata ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
}

/** The version's id as the SDK shows it: a bucket without versions has none. */
export function versionIdField(bucket: SimulatedBucket, version: ObjectVersion) {
  return bucket.versioned ? { VersionId: version.versionId } : {};
}

/** What GET and HEAD say of a version beside its bytes. */
export function describeVersion(bucket: SimulatedBucket, version: ObjectVersion) {
  const { attributes, retention } = version;
  return {
    AcceptRanges: 'bytes',
    LastModified: version.at,
    ETag: version.etag,
    ContentType: attributes.contentType ?? 'application/octet-stream',
    Metadata: { ...attributes.metadata },
    // What is not asked for is encrypted with S3's own keys since 2023; what was asked for came through the SDK's types.
    ServerSideEncryption: (attributes.encryption ?? 'AES256') as 'AES256' | 'aws:kms',
    ...(attributes.kmsKeyId === undefined ? {} : { SSEKMSKeyId: attributes.kmsKeyId }),
    ...versionIdField(bucket, version),
    ...(version.parts === undefined ? {} : { PartsCount: version.parts }),
    ...(retention === undefined
      ? {}
      : { ObjectLockMode: retention.mode, ObjectLockRetainUntilDate: retention.until }),
    ...(version.legalHold ? { ObjectLockLegalHoldStatus: 'ON' as const } : {}),
  };
}

/** Checksums are shown only to those who ask for them. */
export function checksumFields(version: ObjectVersion, mode: string | undefined) {
  if (mode !== 'ENABLED' || version.checksum === undefined) return {};
  return { ...checksumField(version.checksum), ChecksumType: version.checksumType };
}
