import { createHash } from 'node:crypto';
import { CreateMultipartUploadCommand, PutObjectCommand, UploadPartCommand } from '@aws-sdk/client-s3';
import type { World } from '../world.ts';

export const NO_BUCKET = 'there-is-no-such-bucket-7c1f';
export const sha256 = (text: string) => createHash('sha256').update(text).digest('base64');

export async function put({ s3, bucket }: World, Key: string): Promise<string> {
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: 'text' }));
  return Key;
}

export async function anUpload({ s3, bucket }: World, Key: string) {
  const made = await s3.send(
    new CreateMultipartUploadCommand({ Bucket: bucket, Key, ChecksumAlgorithm: 'SHA256' }),
  );
  return { Bucket: bucket, Key, UploadId: made.UploadId };
}

export type Upload = Awaited<ReturnType<typeof anUpload>>;

/** S3 takes no smaller part, but for the last. */
export const SMALLEST_PART = 5 * 1024 * 1024;

export async function part({ s3 }: World, upload: Upload, PartNumber: number, sizeBytes = 8) {
  const Body = String(PartNumber).padEnd(sizeBytes, '.');
  const ChecksumSHA256 = sha256(Body);
  const { ETag } = await s3.send(new UploadPartCommand({ ...upload, PartNumber, Body, ChecksumSHA256 }));
  return { ETag, PartNumber, ChecksumSHA256 };
}
