import { afterEach, describe, expect, it } from 'vitest';
import { awsAccount } from '../../src/aws/account.js';
import type { CredentialProvider } from '../../src/aws/credentials.js';
import { ec2, ssm } from '../../src/aws/operations.js';
import { type Answer, type AwsServer, awsServer, ec2Error, ssmError } from './aws-server.js';
import { SteppingClock } from './stepping-clock.js';

const DISKS = { InstanceSpecification: { InstanceId: 'i-0f3a9c51d2b7e8460' } };
const LOST = { kind: 'retryable', code: 'CREDENTIALS_LOST' };

let server: AwsServer | undefined;
afterEach(() => server?.close());

async function accountAt(
  answer: Answer,
  credentials: CredentialProvider = async () => ({ accessKeyId: 'ASIATEST', secretAccessKey: 's' }),
) {
  server = await awsServer(() => answer);
  return awsAccount({
    id: '111122223333',
    region: 'eu-west-1',
    clock: new SteppingClock(),
    credentials,
    principal: async () => 'arn:aws:iam::111122223333:user/test',
    clientDefaults: { '*': { endpoint: server.endpoint } },
  });
}

describe('credentials that have run out', () => {
  it('are not taken for a refusal, in whichever words: EC2', async () => {
    const account = await accountAt(ec2Error('RequestExpired'));
    await expect(account.call(ec2.CreateSnapshots, DISKS)).rejects.toMatchObject(LOST);
  });

  it('are not taken for a refusal, in whichever words: SSM', async () => {
    const account = await accountAt(ssmError('ExpiredTokenException'));
    const call = account.call(ssm.SendCommand, { DocumentName: 'AWS-RunShellScript' });
    await expect(call).rejects.toMatchObject(LOST);
  });

  it('are told as lost where the chain of the SDK has none to give', async () => {
    const account = await accountAt({}, async () => {
      throw Object.assign(new Error('The SSO session has expired'), { name: 'CredentialsProviderError' });
    });
    await expect(account.call(ec2.CreateSnapshots, DISKS)).rejects.toMatchObject({
      ...LOST,
      message: 'ec2:CreateSnapshots: The SSO session has expired (CredentialsProviderError)',
    });
  });
});
