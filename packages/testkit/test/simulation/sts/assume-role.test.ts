import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  GetCallerIdentityCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  ADMINISTRATOR_ACCESS,
  addRole,
  createWorld,
  type PolicyStatement,
  type SimulatedWorld,
} from '../../../src/index.js';

let world: SimulatedWorld;
beforeEach(() => {
  world = createWorld();
});
afterEach(() => world.dispose());

const trust = (extra: Partial<PolicyStatement> = {}): PolicyStatement => ({
  Effect: 'Allow',
  Principal: { AWS: 'arn:aws:iam::999900001111:root' },
  Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
  Condition: { StringEquals: { 'sts:ExternalId': 'cordon-demo' } },
  ...extra,
});

function prepare(statement: PolicyStatement = trust(), policies = { all: ADMINISTRATOR_ACCESS }) {
  addRole(world.account('111122223333'), {
    name: 'CordonResponder',
    trust: { Statement: [statement] },
    policies,
  });
  return new STSClient({ region: 'eu-west-1', credentials: world.account('999900001111').credentials() });
}
const assume = (client: STSClient, input: Partial<AssumeRoleCommandInput> = {}) =>
  client.send(
    new AssumeRoleCommand({
      RoleArn: 'arn:aws:iam::111122223333:role/CordonResponder',
      RoleSessionName: 'inc-2026-0001',
      ExternalId: 'cordon-demo',
      ...input,
    }),
  );
async function clientOf(answer: ReturnType<typeof assume>): Promise<STSClient> {
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = (await answer).Credentials ?? {};
  const credentials = {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
  };
  return new STSClient({ region: 'eu-west-1', credentials });
}

describe('AssumeRole', () => {
  it('gives a session named as asked, with an ARN of the other account', async () => {
    const session = await clientOf(assume(prepare()));
    const identity = await session.send(new GetCallerIdentityCommand({}));
    expect(identity.Arn).toBe('arn:aws:sts::111122223333:assumed-role/CordonResponder/inc-2026-0001');
  });

  it('is refused without the external id', async () => {
    await expect(assume(prepare(), { ExternalId: undefined })).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('is not authorized to perform: sts:AssumeRole on resource:'),
    });
  });

  it('is refused alike for a role that does not exist', async () => {
    const missing = assume(prepare(), { RoleArn: 'arn:aws:iam::111122223333:role/Nobody' });
    await expect(missing).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('needs the trust to allow session tags and source identity', async () => {
    const client = prepare(trust({ Action: 'sts:AssumeRole' }));
    await expect(assume(client, { Tags: [{ Key: 'k', Value: 'v' }] })).rejects.toThrow('sts:TagSession');
    await expect(assume(client, { SourceIdentity: 'alice' })).rejects.toThrow('sts:SetSourceIdentity');
  });

  it('carries the source identity along the chain, where it cannot be exchanged', async () => {
    const first = await clientOf(assume(prepare(), { SourceIdentity: 'alice' }));
    const arn = 'arn:aws:iam::111122223333:role/CordonResponder';
    const second = { RoleArn: 'arn:aws:iam::111122223333:role/Second', RoleSessionName: 'second' };
    addRole(world.account('111122223333'), {
      name: 'Second',
      trust: { Statement: [trust({ Principal: { AWS: arn }, Condition: {} })] },
    });
    expect((await assume(first, second)).SourceIdentity).toBe('alice');
    await expect(assume(first, { ...second, SourceIdentity: 'mallory' })).rejects.toMatchObject({
      name: 'AccessDenied',
    });
  });

  it('caps a chained session at one hour', async () => {
    const first = await clientOf(assume(prepare()));
    addRole(world.account('111122223333'), {
      name: 'Long',
      maxSessionSeconds: 43_200,
      trust: { Statement: [trust({ Principal: { AWS: '111122223333' }, Condition: {} })] },
    });
    const long = { RoleArn: 'arn:aws:iam::111122223333:role/Long', DurationSeconds: 7_200 };
    await expect(assume(first, long)).rejects.toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining('1 hour session limit for roles assumed by role chaining'),
    });
  });

  it('ends: an expired session is refused', async () => {
    const session = await clientOf(assume(prepare(), { DurationSeconds: 900 }));
    await session.send(new GetCallerIdentityCommand({}));
    await world.clock.advance(900_000);
    await expect(session.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: 'ExpiredToken',
    });
  });
});
