import { Readable } from 'node:stream';
import type { GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { sdkStreamMixin } from '@smithy/core/serde';
import { AwsError } from '../simulation/errors.js';
import type { Handlers } from '../simulation/service.js';
import { findBucket } from './bucket.js';
import { checksumField } from './checksums.js';
import { copyObject, parseCopySource } from './copy.js';
import { s3Error } from './errors.js';
import { getObject } from './get.js';
import { putObject } from './put.js';
import {
  attributesIn,
  bucketOf,
  callerOf,
  checksumFields,
  describeVersion,
  guarded,
  lockIn,
  ownedBy,
  type S3Sdk,
  versionIdField,
} from './sdk-call.js';
import { deleteObject } from './versions.js';

type Names = 'PutObject' | 'GetObject' | 'HeadObject' | 'DeleteObject' | 'CopyObject';

/** A body as the SDK gives it. */
export function streamed(source: AsyncIterable<Uint8Array>): NonNullable<GetObjectCommandOutput['Body']> {
  // The mixin's type covers browsers too; for a Node stream it gives a Node stream.
  return sdkStreamMixin(Readable.from(source, { objectMode: false })) as NonNullable<
    GetObjectCommandOutput['Body']
  >;
}

/** HEAD has no body, so that its errors have no codes. */
function withoutCode(error: unknown): unknown {
  return error instanceof AwsError && error.status === 404 ? s3Error.notFound() : error;
}

export const objectHandlers: Handlers<S3Sdk, Names> = {
  PutObject: async (call) => {
    const { input } = call;
    const bucket = bucketOf(call);
    const version = await putObject(callerOf(call), bucket, {
      ...guarded(input),
      ...lockIn(input),
      key: input.Key ?? '',
      attributes: attributesIn(input),
      ifNoneMatch: input.IfNoneMatch,
      ifMatch: input.IfMatch,
    });
    return {
      ETag: version.etag,
      ServerSideEncryption: 'AES256',
      ...versionIdField(bucket, version),
      ...checksumField(version.checksum),
      ChecksumType: version.checksumType,
    };
  },
  GetObject: (call) => {
    const { input } = call;
    const bucket = bucketOf(call);
    const { version, range, lengthBytes } = getObject(callerOf(call), bucket, {
      key: input.Key ?? '',
      versionId: input.VersionId,
      range: input.Range,
      ifMatch: input.IfMatch,
    });
    const size = version.bytes.sizeBytes;
    return {
      ...describeVersion(bucket, version),
      ...checksumFields(version, input.ChecksumMode),
      Body: streamed(version.bytes.read(range)),
      ContentLength: lengthBytes,
      ...(range === undefined ? {} : { ContentRange: `bytes ${range.start}-${range.end}/${size}` }),
    };
  },
  HeadObject: (call) => {
    const { input } = call;
    try {
      const bucket = bucketOf(call);
      const request = { key: input.Key ?? '', versionId: input.VersionId, ifMatch: input.IfMatch };
      const { version } = getObject(callerOf(call), bucket, request);
      return {
        ...describeVersion(bucket, version),
        ...checksumFields(version, input.ChecksumMode),
        ContentLength: version.bytes.sizeBytes,
      };
    } catch (error) {
      throw withoutCode(error);
    }
  },
  DeleteObject: (call) => {
    const { Key: key = '', VersionId: versionId, BypassGovernanceRetention: bypassGovernance } = call.input;
    return deleteObject(callerOf(call), bucketOf(call), { key, versionId, bypassGovernance });
  },
  CopyObject: async (call) => {
    const { input } = call;
    const bucket = bucketOf(call);
    const source = parseCopySource(input.CopySource);
    const version = await copyObject(callerOf(call), bucket, {
      ...lockIn(input),
      source: {
        ...source,
        bucket: ownedBy(findBucket(call.world, source.bucket), input.ExpectedSourceBucketOwner),
      },
      key: input.Key ?? '',
      algorithm: input.ChecksumAlgorithm,
      attributes: input.MetadataDirective === 'REPLACE' ? attributesIn(input) : undefined,
      ifNoneMatch: input.IfNoneMatch,
      ifMatch: input.IfMatch,
    });
    return {
      CopyObjectResult: { ETag: version.etag, LastModified: version.at, ...checksumField(version.checksum) },
      ...versionIdField(bucket, version),
    };
  },
};
