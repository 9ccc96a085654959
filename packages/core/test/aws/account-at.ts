import { awsAccount } from '../../src/aws/account.js';
import type { Account } from '../../src/engine/account.js';
import type { Clock } from '../../src/engine/clock.js';
import type { AwsServer } from './aws-server.js';

/** An account whose AWS is that server. */
export function accountAt({ endpoint }: AwsServer, clock: Clock): Account {
  return awsAccount({
    id: '111122223333',
    region: 'eu-west-1',
    clock,
    credentials: async () => ({ accessKeyId: 'AKIATEST', secretAccessKey: 'secret' }),
    principal: async () => 'arn:aws:iam::111122223333:user/test',
    clientDefaults: { '*': { endpoint }, s3: { forcePathStyle: true } },
  });
}
