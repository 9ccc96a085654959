import { type Clock, systemClock } from '../engine/clock.js';
import { StepFailure } from '../engine/failure.js';
import { headObject, readObject } from '../evidence/s3-object.js';
import { awsAccount } from './account.js';
import type { ClientDefaults } from './client.js';
import { type CredentialProvider, defaultCredentials } from './credentials.js';
import { s3 } from './operations.js';

export interface S3ReadingOptions {
  readonly bucket: string;
  /** Where asking begins; a bucket elsewhere is followed there. Default `us-east-1`. */
  readonly region?: string;
  /** Default: the SDK's provider chain. */
  readonly credentials?: CredentialProvider;
  readonly clientDefaults?: ClientDefaults;
  /** Default: the machine's. */
  readonly clock?: Clock;
}

/** An object, as a listing or S3 itself tells of it. */
export interface ReadableObject {
  readonly key: string;
  readonly sizeBytes: number;
  readonly modifiedAt: Date | undefined;
}

/** A bucket, read as whoever's the credentials are. Needs `s3:ListBucket` and `s3:GetObject`. */
export interface S3Reading {
  /** undefined when there is no such object. */
  find(key: string): Promise<ReadableObject | undefined>;
  /** Page by page as they are wanted, in the order of S3. */
  list(prefix: string): AsyncIterable<ReadableObject>;
  /** A connection that breaks is taken up where it broke. */
  read(key: string): AsyncIterable<Uint8Array>;
}

/** Reads from a bucket without any incident: no role is assumed, nothing is written. */
export function s3Reading(options: S3ReadingOptions): S3Reading {
  const { bucket, region = 'us-east-1', credentials = defaultCredentials(), clock = systemClock } = options;
  const account = awsAccount({
    id: '',
    region,
    clock,
    credentials,
    // Asked only for the journal of an incident.
    principal: () => Promise.reject(StepFailure.permanent('NO_PRINCIPAL', 'reading needs none')),
    clientDefaults: followingBuckets(options.clientDefaults ?? {}),
    seed: `${bucket} ${region}`,
  });
  const find: S3Reading['find'] = async (key) => {
    const stored = await headObject(account, { Bucket: bucket, Key: key });
    return stored && { key, sizeBytes: stored.sizeBytes, modifiedAt: stored.storedAt };
  };
  async function* list(prefix: string): AsyncGenerator<ReadableObject> {
    let token: string | undefined;
    do {
      const page = await account.call(s3.ListObjectsV2, {
        Bucket: bucket,
        Prefix: prefix,
        // Or a control character in a key would make the whole answer unreadable.
        EncodingType: 'url',
        ...(token === undefined ? {} : { ContinuationToken: token }),
      });
      for (const { Key = '', Size: sizeBytes = 0, LastModified: modifiedAt } of page.Contents ?? [])
        yield { key: page.EncodingType === 'url' ? decoded(Key) : Key, sizeBytes, modifiedAt };
      token = page.NextContinuationToken || undefined;
    } while (token !== undefined);
  }
  return { find, list, read: (key) => readObject(account, { Bucket: bucket, Key: key }) };
}

function followingBuckets(defaults: ClientDefaults): ClientDefaults {
  return { ...defaults, s3: { followRegionRedirects: true, ...defaults['s3'] } };
}

/** S3 writes a space as a plus. */
function decoded(key: string): string {
  return decodeURIComponent(key.replaceAll('+', ' '));
}
