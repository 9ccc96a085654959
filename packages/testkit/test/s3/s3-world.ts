import { S3Client } from '@aws-sdk/client-s3';
import { addBucket, type BucketOptions } from '../../src/s3/bucket.js';
import type { PolicyDocument } from '../../src/simulation/iam/policy.js';
import { createWorld, type WorldOptions } from '../../src/simulation/world.js';

export const ACCOUNT = '999900001111';
export const REGION = 'eu-west-1';

/** A world with one bucket, and a client of an administrator of its account. */
export function s3World(options: Partial<BucketOptions> = {}, world: WorldOptions = {}) {
  const simulated = createWorld({ seed: 's3', ...world });
  const bucket = addBucket(simulated, 'evidence', { account: ACCOUNT, region: REGION, ...options });
  const client = (account = ACCOUNT, policies?: readonly PolicyDocument[], region = REGION) =>
    new S3Client({
      region,
      maxAttempts: 1,
      credentials: simulated.account(account).credentials(policies),
      requestChecksumCalculation: 'WHEN_REQUIRED',
    });
  return { world: simulated, bucket, client, s3: client() };
}

export const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'ok',
    (error: Error) => error.name,
  );
