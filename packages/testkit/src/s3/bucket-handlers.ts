import type { Handlers } from '../simulation/service.js';
import { demand } from './access.js';
import { currentObject, findBucket } from './bucket.js';
import { s3Error } from './errors.js';
import { listCurrent, listVersions } from './list.js';
import { bucketOf, callerOf, ownedBy, type S3Sdk } from './sdk-call.js';

type Names =
  | 'ListObjectsV2'
  | 'ListObjectVersions'
  | 'GetBucketLocation'
  | 'GetObjectLockConfiguration'
  | 'HeadBucket'
  | 'GetBucketVersioning';

export const bucketHandlers: Handlers<S3Sdk, Names> = {
  ListObjectsV2: (call) => {
    const {
      Prefix: prefix = '',
      Delimiter: delimiter,
      MaxKeys: most,
      ContinuationToken,
      StartAfter,
      EncodingType,
    } = call.input;
    const bucket = bucketOf(call);
    const named = EncodingType === 'url' ? urlEncoded : (text: string) => text;
    const after =
      ContinuationToken === undefined ? StartAfter : Buffer.from(ContinuationToken, 'base64').toString();
    const page = listCurrent(callerOf(call), bucket, { prefix, delimiter, after, most });
    return {
      Name: bucket.name,
      Prefix: named(prefix),
      ...(EncodingType === undefined ? {} : { EncodingType }),
      KeyCount: page.keys.length + page.commonPrefixes.length,
      IsTruncated: page.next !== undefined,
      ...(page.next === undefined
        ? {}
        : { NextContinuationToken: Buffer.from(page.next).toString('base64') }),
      Contents: page.keys.flatMap((key) => {
        const version = currentObject(bucket, key);
        if (version === undefined) return [];
        return [
          {
            Key: named(key),
            Size: version.bytes.sizeBytes,
            ETag: version.etag,
            LastModified: version.at,
            StorageClass: 'STANDARD' as const,
          },
        ];
      }),
      CommonPrefixes: page.commonPrefixes.map((Prefix) => ({ Prefix: named(Prefix) })),
    };
  },
  ListObjectVersions: (call) => {
    const { Prefix: prefix = '', KeyMarker, VersionIdMarker: versionId, MaxKeys: most } = call.input;
    const bucket = bucketOf(call);
    const after = KeyMarker === undefined ? undefined : { key: KeyMarker, versionId };
    const { places, next } = listVersions(callerOf(call), bucket, { prefix, after, most });
    const common = places.map(({ key, version }) => ({
      Key: key,
      VersionId: version.versionId,
      IsLatest: bucket.versions.get(key)?.at(-1) === version,
      LastModified: version.at,
    }));
    return {
      Name: bucket.name,
      Prefix: prefix,
      IsTruncated: next !== undefined,
      ...(next === undefined ? {} : { NextKeyMarker: next.key, NextVersionIdMarker: next.versionId }),
      Versions: places.flatMap(({ version }, index) =>
        version.kind === 'object'
          ? [{ ...common[index], ETag: version.etag, Size: version.bytes.sizeBytes }]
          : [],
      ),
      DeleteMarkers: places.flatMap(({ version }, index) =>
        version.kind === 'object' ? [] : [{ ...common[index] }],
      ),
    };
  },
  GetBucketLocation: (call) => {
    const bucket = ownedBy(findBucket(call.world, call.input.Bucket), call.input.ExpectedBucketOwner);
    demand(callerOf(call), bucket, { action: 's3:GetBucketLocation' });
    // us-east-1 has been the empty answer since 2006.
    if (bucket.region === 'us-east-1') return {};
    // The SDK's list of regions is never complete.
    return { LocationConstraint: bucket.region as 'eu-west-1' };
  },
  GetObjectLockConfiguration: (call) => {
    const bucket = bucketOf(call);
    demand(callerOf(call), bucket, { action: 's3:GetBucketObjectLockConfiguration' });
    const { objectLock } = bucket;
    if (objectLock === undefined) throw s3Error.noLockConfiguration();
    const rule = { DefaultRetention: { Mode: objectLock.mode, Days: objectLock.days } };
    return {
      ObjectLockConfiguration: {
        ObjectLockEnabled: 'Enabled',
        ...(objectLock.days === undefined ? {} : { Rule: rule }),
      },
    };
  },
  HeadBucket: (call) => {
    const bucket = bucketOf(call);
    demand(callerOf(call), bucket, { action: 's3:ListBucket' });
    return { BucketRegion: bucket.region };
  },
  GetBucketVersioning: (call) => {
    const bucket = bucketOf(call);
    demand(callerOf(call), bucket, { action: 's3:GetBucketVersioning' });
    return bucket.versioned ? { Status: 'Enabled' } : {};
  },
};

/** Keys as S3 writes them where `EncodingType` is `url`: slashes stay, a space is a plus. */
function urlEncoded(text: string): string {
  const encoded = encodeURIComponent(text).replaceAll('%20', '+').replaceAll('%2F', '/');
  return encoded.replace(/[!'()~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
