import { NotSimulated } from '../simulation/errors.js';
import type { Handlers } from '../simulation/service.js';
import { demand } from './access.js';
import { findBucket } from './bucket.js';
import { checksumAlgorithm, checksumField, checksumIn } from './checksums.js';
import { copyPart, parseCopySource } from './copy.js';
import { compareKeys } from './key-order.js';
import { abortUpload, completeUpload, createUpload, findUpload, uploadPart } from './multipart.js';
import {
  attributesIn,
  bucketOf,
  callerOf,
  guarded,
  lockIn,
  ownedBy,
  type S3Sdk,
  versionIdField,
} from './sdk-call.js';

type Names =
  | 'CreateMultipartUpload'
  | 'UploadPart'
  | 'UploadPartCopy'
  | 'CompleteMultipartUpload'
  | 'AbortMultipartUpload'
  | 'ListParts'
  | 'ListMultipartUploads';

const PARTS_PER_PAGE = 1000;

export const multipartHandlers: Handlers<S3Sdk, Names> = {
  CreateMultipartUpload: (call) => {
    const { input } = call;
    if (input.ChecksumType === 'FULL_OBJECT')
      throw new NotSimulated('s3 multipart checksums of the full object');
    const upload = createUpload(callerOf(call), bucketOf(call), {
      ...lockIn(input),
      key: input.Key ?? '',
      algorithm: checksumAlgorithm(input.ChecksumAlgorithm),
      attributes: attributesIn(input),
    });
    return { Bucket: input.Bucket, Key: input.Key, UploadId: upload.id, ChecksumAlgorithm: upload.algorithm };
  },
  UploadPart: async (call) => {
    const { input } = call;
    const part = await uploadPart(callerOf(call), bucketOf(call), {
      ...guarded(input),
      key: input.Key ?? '',
      uploadId: input.UploadId,
      partNumber: input.PartNumber,
    });
    return { ETag: `"${part.bytes.md5}"`, ...checksumField(part.checksum) };
  },
  UploadPartCopy: async (call) => {
    const { input } = call;
    const source = parseCopySource(input.CopySource);
    const part = await copyPart(callerOf(call), bucketOf(call), {
      source: {
        ...source,
        bucket: ownedBy(findBucket(call.world, source.bucket), input.ExpectedSourceBucketOwner),
      },
      key: input.Key ?? '',
      uploadId: input.UploadId,
      partNumber: input.PartNumber,
      range: input.CopySourceRange,
    });
    return {
      CopyPartResult: { ETag: `"${part.bytes.md5}"`, LastModified: part.at, ...checksumField(part.checksum) },
    };
  },
  CompleteMultipartUpload: async (call) => {
    const { input } = call;
    const bucket = bucketOf(call);
    const version = await completeUpload(callerOf(call), bucket, {
      key: input.Key ?? '',
      uploadId: input.UploadId,
      parts: (input.MultipartUpload?.Parts ?? []).map((part) => ({
        partNumber: part.PartNumber,
        etag: part.ETag,
        checksum: checksumIn(part),
      })),
      objectSize: input.MpuObjectSize,
      ifNoneMatch: input.IfNoneMatch,
      ifMatch: input.IfMatch,
    });
    return {
      Bucket: input.Bucket,
      Key: input.Key,
      Location: `https://${input.Bucket}.s3.${bucket.region}.amazonaws.com/${input.Key}`,
      ETag: version.etag,
      ...versionIdField(bucket, version),
      ...checksumField(version.checksum),
    };
  },
  AbortMultipartUpload: async (call) => {
    const { Key: key = '', UploadId: uploadId } = call.input;
    await abortUpload(callerOf(call), bucketOf(call), { key, uploadId });
    return {};
  },
  ListParts: (call) => {
    const { Key: key = '', UploadId: uploadId, PartNumberMarker, MaxParts } = call.input;
    const bucket = bucketOf(call);
    demand(callerOf(call), bucket, { action: 's3:ListMultipartUploadParts', key });
    const upload = findUpload(bucket, key, uploadId);
    const rest = [...upload.parts]
      .filter(([number]) => number > Number(PartNumberMarker ?? 0))
      .sort(([a], [b]) => a - b);
    const page = rest.slice(0, Math.min(MaxParts ?? PARTS_PER_PAGE, PARTS_PER_PAGE));
    const more = rest.length > page.length;
    return {
      Bucket: bucket.name,
      Key: key,
      UploadId: upload.id,
      IsTruncated: more,
      ...(more ? { NextPartNumberMarker: String(page.at(-1)?.[0]) } : {}),
      ChecksumAlgorithm: upload.algorithm,
      Parts: page.map(([PartNumber, part]) => ({
        PartNumber,
        ETag: `"${part.bytes.md5}"`,
        Size: part.bytes.sizeBytes,
        LastModified: part.at,
        ...checksumField(part.checksum),
      })),
    };
  },
  ListMultipartUploads: (call) => {
    const bucket = bucketOf(call);
    const { Prefix: prefix = '', MaxUploads } = call.input;
    demand(callerOf(call), bucket, { action: 's3:ListBucketMultipartUploads' });
    const all = [...bucket.uploads.values()]
      .filter((upload) => upload.key.startsWith(prefix))
      .sort((a, b) => compareKeys(a.key, b.key) || a.at.getTime() - b.at.getTime());
    if (all.length > (MaxUploads ?? PARTS_PER_PAGE))
      throw new NotSimulated('s3:ListMultipartUploads with pages');
    return {
      Bucket: bucket.name,
      IsTruncated: false,
      Uploads: all.map((upload) => ({ Key: upload.key, UploadId: upload.id, Initiated: upload.at })),
    };
  },
};
