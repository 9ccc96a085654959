import type { Account } from '../engine/account.js';

/** A place in S3 that Cordon writes to. */
export interface S3Place {
  /** Session with the account whose role may write there. */
  readonly account: Account;
  readonly bucket: string;
  /** Before every key; a slash is put after it. Default: none. */
  readonly prefix?: string;
  /** Account that owns the bucket; S3 refuses when another does. Default: the session's. */
  readonly bucketOwner?: string;
}

/** Bucket and owner, as every S3 operation takes them. */
export interface BucketFields {
  readonly Bucket: string;
  readonly ExpectedBucketOwner: string;
}

export function bucketFields({ account, bucket, bucketOwner }: S3Place): BucketFields {
  return { Bucket: bucket, ExpectedBucketOwner: bucketOwner ?? account.id };
}

/** The prefix as it stands before keys: empty, or ending in one slash. */
export function keyPrefix({ prefix = '' }: S3Place): string {
  const trimmed = prefix.replace(/^\/+|(?<!\/)\/+$/g, '');
  return trimmed === '' ? '' : `${trimmed}/`;
}
