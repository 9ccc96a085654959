import { afterEach, describe, expect, it } from 'vitest';
import { awsEnvironment } from '../../src/aws/environment.js';
import { ec2, ssm } from '../../src/aws/operations.js';
import type { EvidenceStore } from '../../src/engine/artifact.js';
import { type AwsServer, awsServer, json } from './aws-server.js';
import { SteppingClock } from './stepping-clock.js';

const SUSPECT = {
  instanceId: 'i-0f3a9c51d2b7e8460',
  account: '111122223333',
  region: 'eu-west-1',
  partition: 'aws' as const,
};
const INCIDENT = { id: 'inc-20261124-0001', suspect: SUSPECT };

const nowhere: EvidenceStore = {
  put: () => Promise.reject(new Error('no store')),
  adopt: () => Promise.reject(new Error('no store')),
  async *open() {},
  check: async () => [],
};

let server: AwsServer | undefined;
afterEach(() => server?.close());

async function environment(roleArn: string | ((account: string) => string)) {
  const clock = new SteppingClock();
  server = await awsServer(({ action, form }) => {
    if (action === 'SendCommand') return json({ Command: { CommandId: 'c-1' } });
    if (action !== 'AssumeRole') return { body: '<R/>' };
    const role = form.get('RoleArn') ?? '';
    const account = role.split(':')[4];
    const expiration = new Date(clock.now().getTime() + 3600_000).toISOString();
    return {
      body: `<AssumeRoleResponse><AssumeRoleResult><AssumedRoleUser><Arn>arn:aws:sts::${account}:assumed-role/R/${form.get('RoleSessionName')}</Arn></AssumedRoleUser><Credentials><AccessKeyId>ASIA${account}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>${expiration}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`,
    };
  });
  const made = awsEnvironment({
    clock,
    evidence: nowhere,
    suspect: { roleArn, externalId: 'cordon-demo' },
    security: { account: '999900001111', roleArn: 'arn:aws:iam::999900001111:role/CordonForensics' },
    credentials: async () => ({ accessKeyId: 'AKIABASE', secretAccessKey: 'secret' }),
    clientDefaults: { '*': { endpoint: server.endpoint } },
    sourceIdentity: 'mara.k',
  });
  return { made, received: server.received };
}

describe('the AWS environment', () => {
  it('gives each role its own account, in its own name, by its own role', async () => {
    const { made, received } = await environment((account) => `arn:aws:iam::${account}:role/CordonResponder`);
    const suspect = made.account('suspect', INCIDENT);
    const security = made.account('security', INCIDENT);
    await suspect.call(ec2.DescribeInstances, {});
    await security.call(ec2.DescribeSnapshots, {});
    expect([suspect.id, security.id]).toEqual(['111122223333', '999900001111']);
    expect([suspect.region, security.region]).toEqual(['eu-west-1', 'eu-west-1']);
    expect(received.map(({ action, accessKey }) => [action, accessKey])).toEqual([
      ['AssumeRole', 'AKIABASE'],
      ['DescribeInstances', 'ASIA111122223333'],
      ['AssumeRole', 'AKIABASE'],
      ['DescribeSnapshots', 'ASIA999900001111'],
    ]);
    const forms = received.filter(({ action }) => action === 'AssumeRole').map(({ form }) => form);
    expect(forms.map((form) => form.get('ExternalId'))).toEqual(['cordon-demo', null]);
    expect(forms.map((form) => form.get('SourceIdentity'))).toEqual(['mara.k', 'mara.k']);
  });

  it('reaches hosts with the session it is given', async () => {
    const { made, received } = await environment('arn:aws:iam::111122223333:role/CordonResponder');
    const host = made.remoteHost(made.account('suspect', INCIDENT), SUSPECT.instanceId, 'a'.repeat(32));
    await host.send({ name: 'noop', text: 'true' }, { timeout: { seconds: 10 } });
    expect(received.at(-1)).toMatchObject({ action: 'SendCommand', accessKey: 'ASIA111122223333' });
    expect(ssm.SendCommand.mutating).toBe(true);
  });
});
