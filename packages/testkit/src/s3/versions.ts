import { type Caller, demand } from './access.js';
import { currentVersion, type ObjectVersion, type SimulatedBucket, type Version } from './bucket.js';
import { s3Error } from './errors.js';

/** Puts a version on top. Where the bucket is not versioned it takes the place of the one before. */
export async function addVersion(bucket: SimulatedBucket, key: string, version: Version): Promise<void> {
  const versions = bucket.versions.get(key) ?? [];
  if (!bucket.versioned) {
    for (const old of versions.splice(0)) if (old.kind === 'object') await old.bytes.remove();
  }
  versions.push(version);
  bucket.versions.set(key, versions);
  if (version.kind === 'object') await version.bytes.show(key);
  else await bucket.store.hide(key);
}

/** @throws AwsError in the words of GET or HEAD */
export function findVersion(
  bucket: SimulatedBucket,
  key: string,
  versionId: string | undefined,
): ObjectVersion {
  const version =
    versionId === undefined
      ? currentVersion(bucket, key)
      : bucket.versions.get(key)?.find((one) => one.versionId === versionId);
  if (version === undefined) throw versionId === undefined ? s3Error.noSuchKey(key) : s3Error.noSuchVersion();
  if (version.kind === 'object') return version;
  throw versionId === undefined ? s3Error.noSuchKey(key) : s3Error.deleteMarker();
}

function isProtected(version: ObjectVersion, now: Date, bypass: boolean): boolean {
  if (version.legalHold) return true;
  if (version.retention === undefined || version.retention.until <= now) return false;
  return version.retention.mode === 'COMPLIANCE' || !bypass;
}

export interface Deletion {
  readonly key: string;
  readonly versionId?: string | undefined;
  readonly bypassGovernance?: boolean | undefined;
}

async function removeVersion(
  caller: Caller,
  bucket: SimulatedBucket,
  deletion: Deletion,
): Promise<Version | undefined> {
  const { key, versionId, bypassGovernance = false } = deletion;
  const versions = bucket.versions.get(key) ?? [];
  const version = versions.find((one) => one.versionId === versionId);
  if (version === undefined) return undefined;
  if (bypassGovernance) demand(caller, bucket, { action: 's3:BypassGovernanceRetention', key });
  if (version.kind === 'object' && isProtected(version, caller.world.now(), bypassGovernance))
    throw s3Error.locked();
  versions.splice(versions.indexOf(version), 1);
  if (versions.length === 0) bucket.versions.delete(key);
  if (version.kind === 'object') await version.bytes.remove();
  const top = versions.at(-1);
  if (top?.kind === 'object') await top.bytes.show(key);
  else await bucket.store.hide(key);
  return version;
}

/** Deletes: with a version id for good, without one by a marker on top; in a bucket without versions for good. */
export async function deleteObject(
  caller: Caller,
  bucket: SimulatedBucket,
  deletion: Deletion,
): Promise<{ readonly DeleteMarker?: boolean; readonly VersionId?: string }> {
  const { key, versionId } = deletion;
  demand(caller, bucket, {
    action: versionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion',
    key,
  });
  if (versionId !== undefined) {
    const gone = await removeVersion(caller, bucket, deletion);
    return { VersionId: versionId, ...(gone?.kind === 'delete-marker' ? { DeleteMarker: true } : {}) };
  }
  if (!bucket.versioned) {
    const version = currentVersion(bucket, key);
    if (version?.kind === 'object') await version.bytes.remove();
    bucket.versions.delete(key);
    await bucket.store.hide(key);
    return {};
  }
  const marker = { kind: 'delete-marker' as const, versionId: newVersionId(caller), at: caller.world.now() };
  await addVersion(bucket, key, marker);
  return { DeleteMarker: true, VersionId: marker.versionId };
}

export function newVersionId(caller: Caller): string {
  return caller.world.uuid().replaceAll('-', '').slice(0, 32);
}
