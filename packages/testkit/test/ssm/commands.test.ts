import {
  CancelCommandCommand,
  ListCommandInvocationsCommand,
  ListCommandsCommand,
} from '@aws-sdk/client-ssm';
import { describe, expect, it } from 'vitest';
import { codeOf, ssmWorld } from './ssm-world.js';

const INSTANCE = 'i-0f3a9c51d2b7e8460';

describe('a command', () => {
  it('runs for real, and shows nothing until it has ended', async () => {
    const { send, look, seconds } = await ssmWorld();
    const id = await send('#!/usr/bin/env bash\nsleep 60\ncat "$CORDON_ROOT/etc/hostname"\n');
    await seconds(5);
    expect(await look(id)).toMatchObject({
      Status: 'InProgress',
      StandardOutputContent: '',
      ResponseCode: -1,
    });
    await seconds(60);
    expect(await look(id)).toMatchObject({
      Status: 'Success',
      StandardOutputContent: 'ip-10-20-3-44\n',
      ResponseCode: 0,
    });
  });

  it('may not be known right after it was sent', async () => {
    const { send, look, seconds } = await ssmWorld({}, { visibilityLagSeconds: 20 });
    const ids = await Promise.all(Array.from({ length: 4 }, () => send('true')));
    const codes = await Promise.all(ids.map((id) => codeOf(look(id))));
    expect(codes).toContain('InvocationDoesNotExist');
    await seconds(30);
    for (const id of ids) expect((await look(id)).Status).toBe('Success');
  });

  it("fails with the script's own status and words", async () => {
    const { send, ended } = await ssmWorld();
    const seen = await ended(await send('echo "NO_SPACE: 3 bytes left" >&2; exit 65'));
    expect(seen).toMatchObject({ Status: 'Failed', StatusDetails: 'Failed', ResponseCode: 65 });
    expect(seen.StandardErrorContent).toBe('NO_SPACE: 3 bytes left\nfailed to run commands: exit status 65');
  });

  it('cuts stdout at 24,000 characters and stderr at 8,000', async () => {
    const { send, ended } = await ssmWorld();
    const seen = await ended(
      await send('head -c 30000 /dev/zero | tr "\\0" x; head -c 9000 /dev/zero | tr "\\0" y >&2'),
    );
    expect(seen.StandardOutputContent?.length).toBe(24_000);
    expect(seen.StandardOutputContent).toMatch(/x\n---Output truncated---$/);
    expect(seen.StandardErrorContent?.length).toBe(8_000);
  });

  it('is ended when it runs longer than it may', async () => {
    const { send, look, seconds } = await ssmWorld();
    const id = await send('sleep 300; echo late', {}, { executionTimeout: ['60'] });
    await seconds(65);
    expect(await look(id)).toMatchObject({
      Status: 'TimedOut',
      StatusDetails: 'Execution Timed Out',
      StandardOutputContent: '',
    });
  });

  it('can be cancelled while it runs, and ends a moment later', async () => {
    const { send, look, seconds, ssm } = await ssmWorld();
    const id = await send('sleep 300');
    await seconds(10);
    await ssm.send(new CancelCommandCommand({ CommandId: id }));
    expect((await look(id)).Status).toBe('Cancelling');
    await seconds(3);
    expect((await look(id)).Status).toBe('Cancelled');
    expect(await codeOf(ssm.send(new CancelCommandCommand({ CommandId: 'no-such' })))).toBe(
      'InvalidCommandId',
    );
  });

  it('is found again by instance, time and comment', async () => {
    const { send, seconds, ssm, world } = await ssmWorld({}, { pageSize: 2 });
    for (const Comment of ['one', 'two', 'three']) {
      await send('true', { Comment });
      await seconds(60);
    }
    const comments: (string | undefined)[] = [];
    let NextToken: string | undefined;
    do {
      const page = await ssm.send(
        new ListCommandsCommand({
          InstanceId: INSTANCE,
          Filters: [{ key: 'InvokedAfter', value: new Date(world.now().getTime() - 150_000).toISOString() }],
          ...(NextToken === undefined ? {} : { NextToken }),
        }),
      );
      comments.push(...(page.Commands ?? []).map((command) => command.Comment));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    expect(comments).toEqual(['three', 'two']);
    const detailed = await ssm.send(
      new ListCommandInvocationsCommand({ InstanceId: INSTANCE, Details: true }),
    );
    expect(detailed.CommandInvocations?.[0]).toMatchObject({
      Status: 'Success',
      CommandPlugins: [{ ResponseCode: 0 }],
    });
  });

  it.each([
    ['another document', { DocumentName: 'My-Own' }, {}, 'InvalidDocument'],
    ['a comment of more than 100 characters', { Comment: 'x'.repeat(101) }, {}, 'ValidationException'],
    ['a delivery time of under 30 s', { TimeoutSeconds: 29 }, {}, 'ValidationException'],
    ['an execution time of more than two days', {}, { executionTimeout: ['172801'] }, 'InvalidParameters'],
    ["an instance that is none of SSM's", { InstanceIds: ['i-00000000000000000'] }, {}, 'InvalidInstanceId'],
    ['more than 64 KB', {}, { commands: ['#'.repeat(70_000)] }, 'MaxDocumentSizeExceeded'],
  ])('is refused with %s', async (_, more, parameters, code) => {
    const { send } = await ssmWorld();
    expect(await codeOf(send('true', more, parameters))).toBe(code);
  });

  it('needs the right to send it', async () => {
    const { clientWith } = await ssmWorld();
    const reader = clientWith([{ Statement: { Effect: 'Allow', Action: 'ssm:List*', Resource: '*' } }]);
    expect(await codeOf(reader.send(new CancelCommandCommand({ CommandId: 'x' })))).toBe(
      'AccessDeniedException',
    );
    expect(await codeOf(reader.send(new ListCommandsCommand({})))).toBe('ok');
  });
});
