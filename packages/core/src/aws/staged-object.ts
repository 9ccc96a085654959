import type { Account } from '../engine/account.js';
import { StepFailure } from '../engine/failure.js';
import { s3 } from './operations.js';

/** Where it goes: a bucket without default retention, and a key that only this step writes. */
export interface StagingTarget {
  readonly bucket: string;
  readonly key: string;
}

export interface UploadedPart {
  readonly part: number;
  readonly sizeBytes: number;
  readonly etag: string;
}

export interface UploadProgress {
  readonly parts: readonly UploadedPart[];
  readonly bytes: number;
}

export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof StepFailure && codes.includes(error.code);
}

interface UploadMarker {
  readonly KeyMarker?: string;
  readonly UploadIdMarker?: string;
}

interface Input extends UploadMarker {
  readonly Bucket: string;
  readonly Prefix: string;
}

function nextMarker(page: {
  readonly NextKeyMarker?: string | undefined;
  readonly NextUploadIdMarker?: string | undefined;
}): UploadMarker | undefined {
  const { NextKeyMarker: KeyMarker, NextUploadIdMarker: UploadIdMarker } = page;
  if (KeyMarker === undefined || UploadIdMarker === undefined) return undefined;
  return { KeyMarker, UploadIdMarker };
}

/** The oldest multipart upload of exactly this key; null when there is none. */
export async function findUpload(account: Account, { bucket, key }: StagingTarget): Promise<string | null> {
  const found: { readonly id: string; readonly at: number }[] = [];
  let marker: UploadMarker | undefined = {};
  while (marker !== undefined) {
    const input: Input = { Bucket: bucket, Prefix: key, ...marker };
    const page = await account.call(s3.ListMultipartUploads, input);
    for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
      if (Key === key && UploadId !== undefined) found.push({ id: UploadId, at: Initiated?.getTime() ?? 0 });
    }
    marker = page.IsTruncated === true ? nextMarker(page) : undefined;
  }
  return found.sort((a, b) => a.at - b.at)[0]?.id ?? null;
}

/** What S3 has of an upload, over all pages. */
export async function listParts(
  account: Account,
  target: StagingTarget,
  uploadId: string,
): Promise<UploadProgress> {
  const parts: UploadedPart[] = [];
  let marker: string | undefined;
  do {
    const page = await account.call(s3.ListParts, {
      Bucket: target.bucket,
      Key: target.key,
      UploadId: uploadId,
      ...(marker === undefined ? {} : { PartNumberMarker: marker }),
    });
    for (const { PartNumber, Size, ETag } of page.Parts ?? []) {
      if (PartNumber !== undefined) parts.push({ part: PartNumber, sizeBytes: Size ?? 0, etag: ETag ?? '' });
    }
    marker = page.IsTruncated === true ? page.NextPartNumberMarker : undefined;
  } while (marker !== undefined);
  return { parts, bytes: parts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) };
}

/** Size of the object as S3 has it; null when there is none. */
export async function objectBytes(account: Account, { bucket, key }: StagingTarget): Promise<number | null> {
  try {
    const head = await account.call(s3.HeadObject, { Bucket: bucket, Key: key });
    return head.ContentLength ?? null;
  } catch (error) {
    if (hasCode(error, 'NotFound', 'NoSuchKey')) return null;
    throw error;
  }
}
