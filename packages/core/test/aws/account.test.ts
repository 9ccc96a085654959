import { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { isThrottled } from '../../src/aws/errors.js';
import { ec2, s3, ssm } from '../../src/aws/operations.js';
import type { Operation } from '../../src/engine/account.js';
import { accountAt } from './account-at.js';
import {
  type AwsServer,
  awsServer,
  type Behaviour,
  ec2Error,
  type Received,
  ssmError,
} from './aws-server.js';
import { SteppingClock } from './stepping-clock.js';

const SNAPSHOTS = '<CreateSnapshotsResponse><snapshotSet/></CreateSnapshotsResponse>';
const INSTANCES =
  '<DescribeInstancesResponse><reservationSet><item><reservationId>r-1</reservationId></item></reservationSet></DescribeInstancesResponse>';
const DISKS = { InstanceSpecification: { InstanceId: 'i-0f3a9c51d2b7e8460' } };

let server: AwsServer | undefined;
afterEach(() => server?.close());

async function answering(answer: (request: Received, earlier: number) => Behaviour) {
  server = await awsServer(answer);
  const clock = new SteppingClock();
  const account = accountAt(server, clock);
  return { account, clock, server };
}

describe('a call to AWS', () => {
  it('answers as the SDK does, with the request id', async () => {
    const { account } = await answering(() => ({ body: INSTANCES }));
    const answer = await account.call(ec2.DescribeInstances, {});
    expect(answer.Reservations?.[0]?.ReservationId).toBe('r-1');
    expect(answer.$metadata.requestId).toBe('req-1');
  });

  it.each(['RequestLimitExceeded', 'Throttling', 'SnapshotThrottle'])(
    'sends a changing call again when AWS refused it unread: %s',
    async (code) => {
      const busy = { ...ec2Error(code, code === 'SnapshotThrottle' ? 429 : 503) };
      const { account, clock, server } = await answering((_, earlier) =>
        earlier < 2 ? busy : { body: SNAPSHOTS },
      );
      await account.call(ec2.CreateSnapshots, DISKS);
      expect(server.received).toHaveLength(3);
      expect(clock.sleepsMs).toHaveLength(2);
      expect(clock.sleepsMs[1]).toBeGreaterThan(clock.sleepsMs[0] ?? 0);
    },
  );

  it.each([
    [200, 'ambiguous'],
    [502, 'ambiguous'],
    [403, 'permanent'],
  ] as const)('says what an answer of status %i that is no answer of AWS means: %s', async (status, kind) => {
    const { account } = await answering(() => ({ status, body: '<html><title>Proxy</html>' }));
    await expect(account.call(ec2.CreateSnapshots, DISKS)).rejects.toMatchObject({
      code: 'UNREADABLE_ANSWER',
      kind,
    });
  });

  it('says retryable when throttling does not end', async () => {
    const { account, server } = await answering(() => ec2Error('RequestLimitExceeded', 503));
    await expect(account.call(ec2.DescribeInstances, {})).rejects.toMatchObject({
      kind: 'retryable',
      code: 'RequestLimitExceeded',
    });
    expect(server.received).toHaveLength(7);
  });

  it('says so at once where the caller comes back by itself', async () => {
    const { account, server } = await answering(() => ec2Error('RequestLimitExceeded', 503));
    const failure = await account.call(ec2.DescribeInstances, {}, { whenThrottled: 'fail' }).catch((e) => e);
    expect(failure).toMatchObject({ kind: 'retryable', code: 'RequestLimitExceeded' });
    expect(isThrottled(failure)).toBe(true);
    expect(server.received).toHaveLength(1);
    // Others of this process have not been served either: nothing more is sent.
    await account.call(ec2.DescribeInstances, {}, { whenThrottled: 'fail' }).catch(() => undefined);
    expect(server.received).toHaveLength(1);
  });

  it('sends a changing call once when its answer is a 500, and says that nobody knows', async () => {
    const { account, server } = await answering(() => ec2Error('InternalError', 500));
    await expect(account.call(ec2.CreateSnapshots, DISKS)).rejects.toMatchObject({
      kind: 'ambiguous',
      code: 'InternalError',
      requestId: 'req-1',
    });
    expect(server.received).toHaveLength(1);
  });

  it('sends a changing call once when the connection breaks under it', async () => {
    const { account, server } = await answering(() => 'cut');
    await expect(account.call(ec2.CreateSnapshots, DISKS)).rejects.toMatchObject({
      kind: 'ambiguous',
      code: 'ECONNRESET',
    });
    expect(server.received).toHaveLength(1);
  });

  it.each([['a 500', ec2Error('InternalError', 500)] as const, ['a broken connection', 'cut'] as const])(
    'asks a read-only call again after %s',
    async (_, trouble) => {
      const { account } = await answering((_, earlier) => (earlier < 2 ? trouble : { body: INSTANCES }));
      await expect(account.call(ec2.DescribeInstances, {})).resolves.toMatchObject({
        Reservations: [{ ReservationId: 'r-1' }],
      });
    },
  );

  it('tries a changing call again when nobody listens, for then nothing was sent', async () => {
    const { account, clock, server } = await answering(() => ({}));
    await server.close();
    await expect(account.call(ec2.CreateSnapshots, DISKS)).rejects.toMatchObject({
      kind: 'retryable',
      code: 'ECONNREFUSED',
    });
    expect(clock.sleepsMs).toHaveLength(6);
  });

  it.each([
    ['InvalidGroup.Duplicate', 400, 'permanent'],
    ['UnauthorizedOperation', 403, 'permanent'],
    ['InsufficientInstanceCapacity', 500, 'retryable'],
  ])('keeps the code of a refusal: %s', async (code, status, kind) => {
    const { account, server } = await answering(() => ec2Error(code, status));
    const call = account.call(ec2.RunInstances, { MinCount: 1, MaxCount: 1 });
    await expect(call).rejects.toMatchObject({ kind, code, message: `ec2:RunInstances: no: ${code}` });
    expect(server.received).toHaveLength(1);
  });

  it("keeps the code of an SSM refusal, which is one of the SDK's classes", async () => {
    const { account } = await answering(() => ssmError('InvalidInstanceId'));
    const call = account.call(ssm.SendCommand, { DocumentName: 'AWS-RunShellScript' });
    await expect(call).rejects.toMatchObject({ kind: 'permanent', code: 'InvalidInstanceId' });
  });

  it('does not send a stream twice', async () => {
    const slow = { status: 503, body: '<Error><Code>SlowDown</Code><Message>slow</Message></Error>' };
    const { account, server } = await answering(() => slow);
    const call = account.call(s3.PutObject, {
      Bucket: 'b',
      Key: 'k',
      Body: Readable.from([Buffer.from('once')]),
      ContentLength: 4,
    });
    await expect(call).rejects.toMatchObject({ kind: 'retryable', code: 'SlowDown' });
    expect(server.received).toHaveLength(1);
  });

  it('refuses an operation that defineOperations has not made', async () => {
    const { account } = await answering(() => ({}));
    const stranger: Operation = { id: 'ec2:RebootInstances', actions: [], mutating: true };
    await expect(account.call(stranger, {})).rejects.toMatchObject({ code: 'UNKNOWN_OPERATION' });
  });
});

describe('a call with a signal', () => {
  it('hangs up when it aborts, and says that nobody knows what became of a change', async () => {
    const abort = new AbortController();
    const { account, server } = await answering(() => {
      setTimeout(() => abort.abort(new Error('deadline')), 10);
      return 'hang';
    });
    const call = account.call(ec2.CreateSnapshots, DISKS, { signal: abort.signal });
    await expect(call).rejects.toMatchObject({ kind: 'ambiguous', code: 'ABORTED' });
    await expect.poll(() => server.abandoned()).toBe(1);
  });

  it('sends nothing when it has aborted already', async () => {
    const { account, server } = await answering(() => ({ body: SNAPSHOTS }));
    const call = account.call(ec2.CreateSnapshots, DISKS, { signal: AbortSignal.abort(new Error('late')) });
    await expect(call).rejects.toMatchObject({ kind: 'retryable', code: 'ABORTED' });
    expect(server.received).toHaveLength(0);
  });

  it('stops retrying when it aborts, and keeps what AWS said last', async () => {
    const abort = new AbortController();
    const { account, server } = await answering(() => {
      abort.abort(new Error('deadline'));
      return ec2Error('RequestLimitExceeded', 503);
    });
    const call = account.call(ec2.CreateSnapshots, DISKS, { signal: abort.signal });
    await expect(call).rejects.toMatchObject({ code: expect.stringMatching(/ABORTED|RequestLimitExceeded/) });
    expect(server.received).toHaveLength(1);
  });
});
