import { afterEach, describe, expect, it } from 'vitest';
import { ec2, s3 } from '../../src/aws/operations.js';
import { awsSessions } from '../../src/aws/sessions.js';
import { type Answer, type AwsServer, awsServer, type Received } from './aws-server.js';
import { SteppingClock } from './stepping-clock.js';

const ROLE = 'arn:aws:iam::111122223333:role/CordonResponder';
const TARGET = {
  account: '111122223333',
  region: 'eu-west-1',
  incidentId: 'inc-20261124-0001',
  roleArn: ROLE,
  externalId: 'cordon-demo',
  sourceIdentity: 'mara.k',
};
const EMPTY = { body: '<DescribeInstancesResponse><reservationSet/></DescribeInstancesResponse>' };

let server: AwsServer | undefined;
afterEach(() => server?.close());

function assumeRole(nth: number, expiration: Date, account = '111122223333'): Answer {
  return {
    body: `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
      <AssumedRoleUser><AssumedRoleId>AROA:x</AssumedRoleId>
      <Arn>arn:aws:sts::${account}:assumed-role/CordonResponder/inc-20261124-0001</Arn></AssumedRoleUser>
      <Credentials><AccessKeyId>ASIA${nth}</AccessKeyId><SecretAccessKey>s</SecretAccessKey>
      <SessionToken>t${nth}</SessionToken><Expiration>${expiration.toISOString()}</Expiration></Credentials>
      </AssumeRoleResult></AssumeRoleResponse>`,
  };
}

async function sessionsAt(answer?: (request: Received, earlier: number) => Answer | undefined) {
  const clock = new SteppingClock();
  const inAnHour = () => new Date(clock.now().getTime() + 3600_000);
  server = await awsServer((request, earlier) => {
    const special = answer?.(request, earlier);
    if (special !== undefined) return special;
    return request.action === 'AssumeRole' ? assumeRole(earlier, inAnHour()) : EMPTY;
  });
  const sessions = awsSessions({
    clock,
    credentials: async () => ({ accessKeyId: 'AKIABASE', secretAccessKey: 'secret' }),
    clientDefaults: { '*': { endpoint: server.endpoint } },
  });
  return { sessions, clock, received: server.received };
}

describe('a session with an account', () => {
  it('assumes the role with external id, incident and person, and signs with what it was given', async () => {
    const { sessions, received } = await sessionsAt();
    await sessions.session(TARGET).call(ec2.DescribeInstances, {});
    const [assume, describeCall] = received;
    expect(Object.fromEntries(assume?.form ?? [])).toMatchObject({
      Action: 'AssumeRole',
      RoleArn: ROLE,
      RoleSessionName: 'inc-20261124-0001',
      ExternalId: 'cordon-demo',
      SourceIdentity: 'mara.k',
      DurationSeconds: '3600',
      'Tags.member.1.Key': 'cordon:incident',
      'Tags.member.1.Value': 'inc-20261124-0001',
    });
    expect(assume?.accessKey).toBe('AKIABASE');
    expect(describeCall?.accessKey).toBe('ASIA0');
    expect(describeCall?.headers['x-amz-security-token']).toBe('t0');
  });

  it('is one and the same for one account, region and incident', async () => {
    const { sessions } = await sessionsAt();
    expect(sessions.session(TARGET)).toBe(sessions.session({ ...TARGET }));
    expect(sessions.session(TARGET)).not.toBe(sessions.session({ ...TARGET, incidentId: 'inc-other-1' }));
    expect(sessions.session(TARGET)).not.toBe(sessions.session({ ...TARGET, region: 'eu-central-1' }));
  });

  it('assumes the role once for calls that come together', async () => {
    const { sessions, received } = await sessionsAt();
    const session = sessions.session(TARGET);
    await Promise.all(Array.from({ length: 8 }, () => session.call(ec2.DescribeInstances, {})));
    expect(received.filter(({ action }) => action === 'AssumeRole')).toHaveLength(1);
  });

  it('renews credentials while what they signed can still be used', async () => {
    const { sessions, clock, received } = await sessionsAt();
    const session = sessions.session(TARGET);
    await session.call(ec2.DescribeInstances, {});
    clock.advance(39 * 60_000);
    await session.call(ec2.DescribeInstances, {});
    clock.advance(2 * 60_000);
    await session.call(ec2.DescribeInstances, {});
    const keys = received.filter(({ action }) => action === 'DescribeInstances').map((r) => r.accessKey);
    expect(keys).toEqual(['ASIA0', 'ASIA0', 'ASIA1']);
  });

  it('signs URLs with credentials that outlive them', async () => {
    const { sessions, clock } = await sessionsAt();
    const session = sessions.session(TARGET);
    const sign = () => session.presign(s3.GetObject, { Bucket: 'b', Key: 'k' }, { expiresInSeconds: 900 });
    expect(await sign()).toContain('ASIA0');
    clock.advance(50 * 60_000);
    expect(await sign()).toContain('ASIA1');
  });

  it('says in whose name it calls', async () => {
    const { sessions } = await sessionsAt();
    expect(await sessions.session(TARGET).principal()).toBe(
      'arn:aws:sts::111122223333:assumed-role/CordonResponder/inc-20261124-0001',
    );
  });

  it('keeps the reason when the role may not be assumed, and does not insist', async () => {
    const denied = {
      status: 403,
      body: '<ErrorResponse><Error><Code>AccessDenied</Code><Message>not you</Message></Error></ErrorResponse>',
    };
    const { sessions, received } = await sessionsAt(() => denied);
    await expect(sessions.session(TARGET).call(ec2.DescribeInstances, {})).rejects.toMatchObject({
      kind: 'permanent',
      code: 'AccessDenied',
      message: 'sts:AssumeRole: not you',
    });
    expect(received).toHaveLength(1);
  });

  it('retries the assumption within itself only, not once more for the call that needed it', async () => {
    const busy = {
      status: 400,
      body: '<ErrorResponse><Error><Code>Throttling</Code><Message>Rate exceeded</Message></Error></ErrorResponse>',
    };
    const { sessions, received } = await sessionsAt(() => busy);
    await expect(sessions.session(TARGET).call(ec2.DescribeInstances, {})).rejects.toMatchObject({
      kind: 'retryable',
      code: 'Throttling',
    });
    expect(received).toHaveLength(7);
  });

  it('refuses a role that lies in another account than the suspect', async () => {
    const { sessions, clock } = await sessionsAt(({ action }) =>
      action === 'AssumeRole'
        ? assumeRole(0, new Date(clock.now().getTime() + 3600_000), '444455556666')
        : undefined,
    );
    await expect(sessions.session(TARGET).call(ec2.DescribeInstances, {})).rejects.toMatchObject({
      code: 'ACCOUNT_DOES_NOT_MATCH',
    });
  });

  it('uses the base credentials where no role is named, and asks once who they are', async () => {
    const { sessions, received } = await sessionsAt(({ action }) =>
      action === 'GetCallerIdentity'
        ? {
            body: '<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::999900001111:user/ops</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>',
          }
        : undefined,
    );
    const security = sessions.session({
      account: '999900001111',
      region: 'eu-west-1',
      incidentId: 'inc-20261124-0001',
    });
    await security.call(ec2.DescribeInstances, {});
    expect(await security.principal()).toBe('arn:aws:iam::999900001111:user/ops');
    expect(await security.principal()).toBe('arn:aws:iam::999900001111:user/ops');
    expect(received.map(({ action, accessKey }) => `${action} ${accessKey}`)).toEqual([
      'DescribeInstances AKIABASE',
      'GetCallerIdentity AKIABASE',
    ]);
  });
});
