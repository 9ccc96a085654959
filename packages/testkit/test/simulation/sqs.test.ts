import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { addQueue, createWorld, type QueueOptions } from '../../src/index.js';

const ACCOUNT = '999900001111';
const REGION = 'eu-west-1';

function scene(options: Partial<QueueOptions> = {}) {
  const world = createWorld({ seed: 'sqs', latencyMs: [0, 0] });
  onTestFinished(() => world.dispose());
  const account = world.account(ACCOUNT);
  const queue = addQueue(account.region(REGION), { name: 'findings', ...options });
  const sqs = new SQSClient({ region: REGION, credentials: account.credentials() });
  const QueueUrl = queue.url;
  const receive = async (more: Partial<ReceiveMessageCommandInput> = {}): Promise<readonly Message[]> => {
    const long = { QueueUrl, WaitTimeSeconds: 1, MaxNumberOfMessages: 10 };
    const command = new ReceiveMessageCommand({
      ...long,
      MessageSystemAttributeNames: ['ApproximateReceiveCount'],
      ...more,
    });
    return (await sqs.send(command)).Messages ?? [];
  };
  const remove = (message: Message | undefined) =>
    sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle }));
  const hide = (message: Message | undefined, VisibilityTimeout: number) =>
    sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl,
        ReceiptHandle: message?.ReceiptHandle,
        VisibilityTimeout,
      }),
    );
  const after = (seconds: number) => world.clock.advance(seconds * 1_000);
  return { world, account, queue, sqs, QueueUrl, receive, remove, hide, after };
}

const counted = (messages: readonly Message[]) =>
  messages.map(({ Body, Attributes }) => `${Body} ${Attributes?.['ApproximateReceiveCount']}`);

describe('a standard queue', () => {
  it('hides what was received for the visibility timeout, then gives it again and counts', async () => {
    const { queue, receive, after } = scene({ visibilityTimeout: { seconds: 60 } });
    queue.send('a');
    expect(counted(await receive())).toEqual(['a 1']);
    await after(50);
    expect(await receive()).toEqual([]);
    await after(10);
    expect(counted(await receive())).toEqual(['a 2']);
  });

  it('forgets a message that is deleted by the handle of its last receipt, and by no earlier one', async () => {
    const { queue, receive, remove, after } = scene();
    queue.send('a');
    const [first] = await receive();
    await after(31);
    const [second] = await receive();
    await remove(first);
    expect(queue.bodies()).toEqual(['a']);
    await remove(second);
    expect(queue.bodies()).toEqual([]);
    // Once more is no error.
    await remove(second);
  });

  it('delivers a message twice where one of its servers has not heard of the first time', async () => {
    const { queue, receive, remove, after } = scene({ duplicates: 1 });
    queue.send('a');
    const [first] = await receive();
    await remove(first);
    await after(20);
    const [again] = await receive();
    expect(again).toMatchObject({ MessageId: first?.MessageId, Body: 'a' });
    expect(again?.ReceiptHandle).not.toBe(first?.ReceiptHandle);
  });

  it('moves what was received too often to its dead letters', async () => {
    const world = createWorld({ latencyMs: [0, 0] });
    onTestFinished(() => world.dispose());
    const region = world.account(ACCOUNT).region(REGION);
    const dead = addQueue(region, { name: 'dead' });
    const queue = addQueue(region, { name: 'findings', deadLetters: { queue: dead, maxReceiveCount: 2 } });
    const sqs = new SQSClient({ region: REGION, credentials: world.account(ACCOUNT).credentials() });
    queue.send('poison');
    for (let time = 0; time < 3; time += 1) {
      await sqs.send(new ReceiveMessageCommand({ QueueUrl: queue.url, WaitTimeSeconds: 1 }));
      await world.clock.advance(31_000);
    }
    expect(queue.bodies()).toEqual([]);
    expect(dead.bodies()).toEqual(['poison']);
  });

  it('answers a long poll when a message arrives, and an empty one at its end without a list', async () => {
    const { world, sqs, queue, receive, QueueUrl, after } = scene();
    const began = world.clock.now().getTime();
    const polled = receive({ WaitTimeSeconds: 20 });
    await after(7);
    queue.send('late');
    expect(counted(await polled)).toEqual(['late 1']);
    expect(world.clock.now().getTime() - began).toBe(7_000);
    const empty = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
    expect(empty.Messages).toBeUndefined();
    expect(world.clock.now().getTime() - began).toBe(27_000);
  });

  it('may miss messages in a short poll, and gives ten at most in a long one', async () => {
    const { queue, receive } = scene();
    for (let n = 0; n < 40; n += 1) queue.send(`m${n}`);
    expect(await receive()).toHaveLength(10);
    const short: number[] = [];
    for (let n = 0; n < 8; n += 1)
      short.push((await receive({ WaitTimeSeconds: 0, MaxNumberOfMessages: 5 })).length);
    expect(short.at(-1)).toBeLessThan(5);
  });

  it('ends a long poll when the caller gives up', async () => {
    const { sqs, QueueUrl, after } = scene();
    const stopping = new AbortController();
    const polled = sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }), {
      abortSignal: stopping.signal,
    });
    polled.catch(() => undefined);
    await after(1);
    stopping.abort();
    await expect(polled).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('changes for how long a message in flight is hidden, twelve hours at most', async () => {
    const { queue, receive, hide, after } = scene();
    queue.send('a');
    const [message] = await receive();
    await hide(message, 120);
    await after(90);
    expect(await receive()).toEqual([]);
    await expect(hide(message, 43_200)).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    await hide(message, 0);
    expect(counted(await receive())).toEqual(['a 2']);
    await expect(hide(message, 5)).rejects.toMatchObject({ name: 'MessageNotInflight' });
  });

  it('drops what is older than its retention', async () => {
    const { queue, after } = scene({ retention: { hours: 1 } });
    queue.send('a');
    await after(3_601);
    expect(queue.bodies()).toEqual([]);
  });

  it('counts what can be received, what is in flight and what is delayed', async () => {
    const { sqs, QueueUrl, queue, receive } = scene();
    queue.send('a');
    queue.send('b');
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'c', DelaySeconds: 60 }));
    await receive({ MaxNumberOfMessages: 1 });
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
    );
    expect(Attributes).toMatchObject({
      ApproximateNumberOfMessages: '1',
      ApproximateNumberOfMessagesNotVisible: '1',
      ApproximateNumberOfMessagesDelayed: '1',
    });
  });

  it('refuses what SQS refuses, by its names', async () => {
    const { sqs, QueueUrl, receive, remove } = scene();
    await expect(receive({ QueueUrl: `${QueueUrl}-2` })).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
    await expect(receive({ MaxNumberOfMessages: 11 })).rejects.toMatchObject({
      name: 'InvalidParameterValue',
    });
    await expect(remove({ ReceiptHandle: 'nonsense' })).rejects.toMatchObject({
      name: 'ReceiptHandleIsInvalid',
    });
    const control = new SendMessageCommand({ QueueUrl, MessageBody: 'a\u0000b' });
    await expect(sqs.send(control)).rejects.toMatchObject({ name: 'InvalidMessageContents' });
  });

  it('asks the policies about the queue', async () => {
    const { account, queue } = scene();
    const Statement = [{ Effect: 'Allow' as const, Action: 'sqs:ReceiveMessage', Resource: queue.arn }];
    const credentials = account.credentials([{ Version: '2012-10-17', Statement }]);
    const reader = new SQSClient({ region: REGION, credentials });
    const QueueUrl = queue.url;
    await reader.send(new ReceiveMessageCommand({ QueueUrl }));
    const sent = reader.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a' }));
    await expect(sent).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});
