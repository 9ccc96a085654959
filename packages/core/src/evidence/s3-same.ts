import { type Digest, digestOf } from './bytes.js';
import { readObject, type StoredObject } from './s3-object.js';
import type { NewObject } from './s3-upload.js';

/** What is known of bytes, to be compared with what S3 has. */
export interface Known extends Digest {
  /** Over the parts that we cut or copied; undefined where there were none. */
  readonly compositeSha256: string | undefined;
}

/** Whether a stored object has these bytes: by S3's own checksum where that is of the same kind, else by reading it. */
export async function isSame(object: NewObject, stored: StoredObject, known: Known): Promise<boolean> {
  if (stored.sizeBytes !== known.sizeBytes) return false;
  if (stored.sha256 !== undefined) return stored.sha256 === known.sha256;
  if (stored.compositeSha256 !== undefined && stored.compositeSha256 === known.compositeSha256) return true;
  const { place, key } = object;
  const version = stored.versionId === undefined ? {} : { VersionId: stored.versionId };
  const address = { Bucket: place.bucket, Key: key, ...version };
  return (await digestOf(readObject(place.account, address))).sha256 === known.sha256;
}
