import type { AdoptArtifact } from '../engine/artifact.js';
import { StepFailure } from '../engine/failure.js';
import { type Digest, digestOf } from './bytes.js';
import { alreadyThere, assertExpected } from './refusals.js';
import { type CopyLimits, copyObject, type StagedObject } from './s3-copy.js';
import { headObject, type ObjectAddress, readObject, type StoredObject } from './s3-object.js';
import { isSame } from './s3-same.js';
import type { NewObject } from './s3-upload.js';

export interface AdoptLimits extends CopyLimits {
  /** Up to this size the staged bytes are read and hashed here before they are taken in. */
  readonly hashedBytes: number;
}

export interface Adopted {
  readonly digest: Digest;
  readonly stored: StoredObject;
}

async function readDigest({ place }: NewObject, { address, stored }: StagedObject): Promise<string> {
  const version = stored.versionId === undefined ? {} : { VersionId: stored.versionId };
  return (await digestOf(readObject(place.account, { ...address, ...version }))).sha256;
}

/** The staged object's digest before it is copied, from the surest source that there is; undefined: too large to read. */
async function stagedDigest(
  object: NewObject,
  staged: StagedObject,
  request: { readonly expected: AdoptArtifact['expected']; readonly limits: AdoptLimits },
): Promise<string | undefined> {
  const { sizeBytes, sha256 } = staged.stored;
  if (sha256 !== undefined) return sha256;
  const { hashedBytes, wholeBytes } = request.limits;
  const knownElsewhere = sizeBytes <= wholeBytes || request.expected?.sha256 !== undefined;
  return sizeBytes > hashedBytes && knownElsewhere ? undefined : readDigest(object, staged);
}

/** A retry after a crash may find the staged object already cleaned away, and the evidence in place. */
async function adoptedBefore(object: NewObject, request: AdoptArtifact): Promise<Adopted> {
  const stored = await headObject(object.place.account, addressOf(object));
  const sha256 = request.expected?.sha256?.toLowerCase();
  if (stored !== undefined && sha256 !== undefined) {
    const digest = { sizeBytes: stored.sizeBytes, sha256 };
    if (await isSame(object, stored, { ...digest, compositeSha256: undefined })) return { digest, stored };
  }
  throw StepFailure.permanent('EVIDENCE_SOURCE_MISSING', `${request.path}: nothing was staged for it`);
}

export function addressOf({ place, key }: NewObject): ObjectAddress {
  return { Bucket: place.bucket, Key: key, ExpectedBucketOwner: place.bucketOwner ?? place.account.id };
}

/**
 * Takes a staged object in: size and digest are compared before the copy where that is possible, since what lies under
 * Object Lock stays; what S3 computes while it copies is compared after.
 */
export async function adoptObject(
  object: NewObject,
  request: AdoptArtifact,
  limits: AdoptLimits,
): Promise<Adopted> {
  const { account } = object.place;
  const { path, expected } = request;
  const address = { Bucket: request.source.bucket, Key: request.source.key };
  const source = await headObject(account, address);
  if (source === undefined) return adoptedBefore(object, request);
  const staged = { address, stored: source };
  assertExpected(path, expected, { sizeBytes: source.sizeBytes });
  const before = await stagedDigest(object, staged, { expected, limits });
  assertExpected(path, expected, before === undefined ? {} : { sha256: before });

  const copied = await copyObject(object, staged, limits);
  const stored = await headObject(account, addressOf(object));
  if (stored === undefined) {
    throw StepFailure.retryable('EVIDENCE_CONFLICT', `${path}: S3 took nothing in, and has nothing there`);
  }
  const known = before ?? copied.sha256 ?? expected?.sha256?.toLowerCase();
  const sha256 = known ?? (await readDigest(object, staged));
  const digest = { sizeBytes: source.sizeBytes, sha256 };
  assertExpected(path, { sha256 }, copied.sha256 === undefined ? {} : { sha256: copied.sha256 });
  assertExpected(path, expected, digest);
  if (await isSame(object, stored, { ...digest, compositeSha256: copied.compositeSha256 }))
    return { digest, stored };
  throw alreadyThere(path);
}
