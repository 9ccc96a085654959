import { afterEach, describe, expect, it } from 'vitest';
import { awsAccount } from '../../src/aws/account.js';
import { ssmHost } from '../../src/aws/remote-host.js';
import { type AwsServer, awsServer, type Behaviour, json, type Received, ssmError } from './aws-server.js';
import { SteppingClock } from './stepping-clock.js';

const HOST = 'i-0f3a9c51d2b7e8460';
const KEY = '0123456789abcdef0123456789abcdef';
const SCRIPT = { name: 'quick-triage', text: 'echo "$(param PEER)"' };

let server: AwsServer | undefined;
afterEach(() => server?.close());

async function hostAt(answer: (request: Received, earlier: number) => Behaviour) {
  server = await awsServer(answer);
  const clock = new SteppingClock();
  const account = awsAccount({
    id: '111122223333',
    region: 'eu-west-1',
    clock,
    credentials: async () => ({ accessKeyId: 'AKIATEST', secretAccessKey: 'secret' }),
    principal: async () => 'arn',
    clientDefaults: { '*': { endpoint: server.endpoint } },
  });
  return { host: ssmHost({ account, instanceId: HOST, key: KEY, clock }), received: server.received };
}

const invocation = (fields: object) => json({ CommandId: 'c-1', InstanceId: HOST, ...fields });

describe('a command sent to a host', () => {
  it('carries the key as its comment, the run time as executionTimeout, the script as bash', async () => {
    const { host, received } = await hostAt(() => json({ Command: { CommandId: 'c-1' } }));
    const options = { parameters: { PEER: '203.0.113.66' }, timeout: { minutes: 90 } };
    expect(await host.send(SCRIPT, options)).toBe('c-1');
    const sent = JSON.parse(received[0]?.body ?? '{}');
    expect(sent).toMatchObject({
      DocumentName: 'AWS-RunShellScript',
      InstanceIds: [HOST],
      Comment: `${KEY} ${SCRIPT.name}`,
      TimeoutSeconds: 120,
      Parameters: { executionTimeout: ['5400'] },
    });
    const [command] = sent.Parameters.commands;
    expect(command.startsWith('#!/usr/bin/env bash\n')).toBe(true);
    expect(command).not.toContain('203.0.113.66');
  });

  it.each([
    [{ seconds: 1 }, '5'],
    [{ hours: 1 }, '3600'],
    [{ days: 3 }, '172800'],
  ])('keeps the run time within what SSM takes: %j', async (timeout, seconds) => {
    const { host, received } = await hostAt(() => json({ Command: { CommandId: 'c-1' } }));
    await host.send(SCRIPT, { timeout });
    const { Parameters } = JSON.parse(received[0]?.body ?? '{}');
    expect(Parameters.executionTimeout).toEqual([seconds]);
  });

  it('fits into the comment that SSM takes, with the longest name of a script', async () => {
    const { host, received } = await hostAt(() => json({ Command: { CommandId: 'c-1' } }));
    await host.send({ ...SCRIPT, name: 'x'.repeat(64) }, { timeout: { minutes: 1 } });
    expect(JSON.parse(received[0]?.body ?? '{}').Comment.length).toBeLessThanOrEqual(100);
  });

  it.each([
    ['a name that is no shell word', { 'a b': 'x' }],
    ['a NUL', { PEER: 'a\0b' }],
    ['no number', { PEER: Number.NaN }],
  ])('is refused before anything is sent: %s', async (_, parameters) => {
    const { host, received } = await hostAt(() => json({}));
    const send = host.send(SCRIPT, { parameters, timeout: { minutes: 1 } });
    await expect(send).rejects.toMatchObject({ kind: 'permanent', code: 'SCRIPT_NOT_SENDABLE' });
    expect(received).toHaveLength(0);
  });

  it("is refused when SSM would read a part of it as one of SSM's own parameters", async () => {
    const { host } = await hostAt(() => json({}));
    const script = { name: 'bad', text: 'echo {{ssm:secret}}' };
    await expect(host.send(script, { timeout: { minutes: 1 } })).rejects.toMatchObject({
      code: 'SCRIPT_NOT_SENDABLE',
    });
  });
});

describe('the result of a command', () => {
  it('is running while SSM does not know the invocation yet', async () => {
    const { host } = await hostAt(() => ssmError('InvocationDoesNotExist'));
    expect(await host.result('c-1')).toEqual({ status: 'running' });
  });

  it.each(['Pending', 'In Progress', 'InProgress', 'Delayed', 'Cancelling'])(
    'is running at %s',
    async (StatusDetails) => {
      const online = json({ InstanceInformationList: [{ InstanceId: HOST, PingStatus: 'Online' }] });
      const fields = { Status: 'InProgress', StatusDetails };
      const { host } = await hostAt(({ action }) =>
        action === 'DescribeInstanceInformation' ? online : invocation(fields),
      );
      expect(await host.result('c-1')).toEqual({ status: 'running' });
    },
  );

  it.each([
    ['Success', 'Success'],
    ['Failed', 'Failed'],
    ['Delivery Timed Out', 'DeliveryTimedOut'],
    ['DeliveryTimedOut', 'DeliveryTimedOut'],
    ['Execution Timed Out', 'ExecutionTimedOut'],
    ['Canceled', 'Cancelled'],
    ['Cancelled', 'Cancelled'],
    ['Undeliverable', 'Undeliverable'],
    ['Terminated', 'Terminated'],
    ['Invalid Platform', 'InvalidPlatform'],
    ['Access Denied', 'AccessDenied'],
  ])('ends with %s as %s', async (StatusDetails, end) => {
    const fields = { StatusDetails, ResponseCode: 65, StandardErrorContent: 'E: no\n' };
    const { host } = await hostAt(() => invocation(fields));
    expect(await host.result('c-1')).toEqual({
      status: 'ended',
      end,
      exitCode: 65,
      stdout: '',
      stderr: 'E: no\n',
      truncated: false,
    });
  });

  it.each([
    ['24,000 characters', 'x'.repeat(24_000)],
    ["the agent's mark", '{"a":1\n---Output truncated---'],
  ])('says that stdout was cut: %s', async (_, StandardOutputContent) => {
    const { host } = await hostAt(() => invocation({ StatusDetails: 'Success', StandardOutputContent }));
    expect(await host.result('c-1')).toMatchObject({ truncated: true });
  });
});

describe('looking for a command after a crash', () => {
  const command = (CommandId: string, at: number, more: object = {}) => ({
    CommandId,
    Comment: `${KEY} look`,
    DocumentName: 'AWS-RunShellScript',
    RequestedDateTime: at,
    ...more,
  });

  it('tells the scripts of one step apart', async () => {
    const commands = [
      command('c-1', 1_700_000_010),
      command('c-2', 1_700_000_020, { Comment: `${KEY} upload` }),
    ];
    const { host } = await hostAt(() => json({ Commands: commands }));
    expect(await host.sent('upload')).toBe('c-2');
    expect(await host.sent('dump')).toBeNull();
  });

  it("finds the oldest that carries the key, over all pages, and nobody else's", async () => {
    const { host, received } = await hostAt((request) =>
      request.body.includes('NextToken')
        ? json({ Commands: [command('c-1', 1_700_000_010), command('c-0', 1_600_000_000, { Comment: '' })] })
        : json({
            Commands: [
              command('c-2', 1_700_000_020),
              command('c-x', 1_500_000_000, { DocumentName: 'AWS-RunPatchBaseline' }),
              // Another step's, and somebody's that only begins like ours.
              command('c-y', 1_400_000_000, { Comment: `${'f'.repeat(32)} probe` }),
              command('c-z', 1_300_000_000, { Comment: `${KEY}0 probe` }),
            ],
            NextToken: 'more',
          }),
    );
    expect(await host.sent()).toBe('c-1');
    expect(JSON.parse(received[0]?.body ?? '{}')).toMatchObject({ InstanceId: HOST });
  });

  it('says null when there is none', async () => {
    const { host } = await hostAt(() => json({ Commands: [] }));
    expect(await host.sent()).toBeNull();
  });
});
