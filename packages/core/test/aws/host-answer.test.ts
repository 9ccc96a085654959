import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { commandFailure, type EndedCommand, hostAnswer } from '../../src/aws/host-answer.js';

const ended = (fields: Partial<EndedCommand>): EndedCommand => ({
  status: 'ended',
  end: 'Failed',
  exitCode: 1,
  stdout: '',
  stderr: '',
  truncated: false,
  ...fields,
});

describe('the failure of a command', () => {
  it.each([
    [
      { exitCode: 65, stderr: 'noise\nDISK_FULL: 3 GiB are missing\n' },
      'permanent',
      'DISK_FULL',
      '3 GiB are missing',
    ],
    [
      { exitCode: 65, stderr: 'INTERRUPTED: dump was cut short' },
      'restart',
      'INTERRUPTED',
      'dump was cut short',
    ],
    [{ exitCode: 1, stderr: 'DISK_FULL: said by someone else' }, 'permanent', 'COMMAND_FAILED', /exit 1/],
    [
      { exitCode: 65, stderr: 'NO_SPACE: 3 bytes are free\nfailed to run commands: exit status 65' },
      'permanent',
      'NO_SPACE',
      /3 bytes/,
    ],
    [{ exitCode: 65, stderr: 'no code here' }, 'permanent', 'COMMAND_FAILED', /exit 65: no code here/],
    [
      { end: 'DeliveryTimedOut' as const, exitCode: -1 },
      'restart',
      'COMMAND_NOT_DELIVERED',
      /DeliveryTimedOut/,
    ],
    [{ end: 'Undeliverable' as const, exitCode: -1 }, 'restart', 'COMMAND_NOT_DELIVERED', /Undeliverable/],
    [
      { end: 'ExecutionTimedOut' as const, exitCode: -1 },
      'permanent',
      'COMMAND_TIMED_OUT',
      /ExecutionTimedOut/,
    ],
    [{ end: 'Cancelled' as const, exitCode: -1 }, 'permanent', 'COMMAND_FAILED', /Cancelled/],
  ])('says how it ended: %j', (fields, kind, code, message) => {
    const failure = commandFailure(ended(fields));
    expect(failure).toMatchObject({ kind, code });
    expect(failure.message).toMatch(message);
  });

  it('carries no control characters of the host on', () => {
    const { message } = commandFailure(ended({ exitCode: 65, stderr: 'BAD_HOST: \u001b[2J\u202eboo' }));
    expect(message).toBe('?[2J?boo');
  });
});

describe('the answer of a host', () => {
  const Schema = v.object({ bytes: v.number() });
  const success = { end: 'Success', exitCode: 0 } as const;

  it('is the last line of the output', () => {
    const stdout = 'working...\n{"bytes":12}\n';
    expect(hostAnswer(ended({ ...success, stdout }), Schema)).toEqual({ bytes: 12 });
  });

  it.each([
    ['cut', { ...success, stdout: '{"bytes":12}', truncated: true }, 'OUTPUT_TRUNCATED'],
    ['of another shape', { ...success, stdout: '{"bytes":"many"}' }, 'HOST_ANSWER'],
    ['no JSON', { ...success, stdout: '<html>' }, 'HOST_ANSWER'],
    ['absent', { ...success, stdout: '' }, 'HOST_ANSWER'],
    ['of a command that failed', { exitCode: 65, stderr: 'NO_TOOL: curl' }, 'NO_TOOL'],
  ])('is refused when it is %s', (_, fields, code) => {
    expect(() => hostAnswer(ended(fields), Schema)).toThrow(expect.objectContaining({ code }));
  });
});
