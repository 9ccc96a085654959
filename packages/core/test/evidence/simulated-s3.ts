import { addBucket, createWorld, s3Endpoint } from '@cordon/testkit';
import { awsAccount } from '../../src/aws/account.js';
import { s3 } from '../../src/aws/operations.js';

const ID = '999900001111';
const REGION = 'eu-west-1';

/** The testkit's S3 on loopback, and a session that reaches it with the real SDK client. */
export async function simulatedS3(locked: string, staging: string) {
  const world = createWorld({ seed: locked });
  addBucket(world, locked, { account: ID, region: REGION, objectLock: { mode: 'GOVERNANCE', days: 30 } });
  addBucket(world, staging, { account: ID, region: REGION });
  const { url } = await s3Endpoint(world);
  const account = awsAccount({
    id: ID,
    region: REGION,
    clock: world.clock,
    credentials: async () => world.account(ID).credentials(),
    principal: async () => `arn:aws:iam::${ID}:root`,
    clientDefaults: { s3: { endpoint: url, forcePathStyle: true } },
  });
  const stage = async (key: string, body: string | Uint8Array): Promise<void> => {
    await account.call(s3.PutObject, { Bucket: staging, Key: key, Body: body });
  };
  return { account, clock: world.clock, stage };
}
