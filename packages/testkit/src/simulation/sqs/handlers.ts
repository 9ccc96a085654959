import { createHash } from 'node:crypto';
import type { Message } from '@aws-sdk/client-sqs';
import { awsError, NotSimulated } from '../errors.js';
import type { Handlers, SimulatedCall } from '../service.js';
import type { QueueMessage } from './queue-message.js';
import { queuesOf, type SimulatedQueue } from './queues.js';

type Sqs = typeof import('@aws-sdk/client-sqs');

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const MAX_MESSAGE_BYTES = 1_048_576;
const MAX_VISIBILITY_SECONDS = 43_200;
const MAX_WAIT_SECONDS = 20;
const MAX_MESSAGES = 10;
const MAX_DELAY_SECONDS = 900;

/** All but the characters of XML 1.0, which SQS keeps from its first protocol. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const REFUSED = /[^\u0009\u000a\u000d\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

const ATTRIBUTES = 'ApproximateNumberOfMessages';

function invalid(message: string) {
  return awsError('InvalidParameterValue', message);
}

function queueAt(call: SimulatedCall, url: string | undefined): SimulatedQueue {
  const queue = queuesOf(call.region).get(url ?? '');
  if (queue !== undefined) return queue;
  throw awsError('AWS.SimpleQueueService.NonExistentQueue', 'The specified queue does not exist.');
}

/** A whole number between 0 (or `least`) and `most`, `otherwise` when not given. */
function bounded(
  name: string,
  value: number | undefined,
  range: { readonly least?: number; readonly most: number; readonly otherwise: number },
): number {
  const { least = 0, most, otherwise } = range;
  if (value === undefined) return otherwise;
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw invalid(
    `Value ${value} for parameter ${name} is invalid. Reason: Must be between ${least} and ${most}, if provided.`,
  );
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

function toSdk(message: QueueMessage, wanted: readonly string[]): Message {
  const attributes = {
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAtMs),
    SentTimestamp: String(message.sentAtMs),
  };
  const shown = Object.entries(attributes).filter(
    ([name]) => wanted.includes(name) || wanted.includes('All'),
  );
  return {
    MessageId: message.messageId,
    ReceiptHandle: message.handle,
    MD5OfBody: md5(message.body),
    Body: message.body,
    ...(shown.length === 0 ? {} : { Attributes: Object.fromEntries(shown) }),
  };
}

/** Until a message may be there, or `untilMs`. */
async function arrival(call: SimulatedCall, queue: SimulatedQueue, untilMs: number): Promise<void> {
  const arrived = new AbortController();
  const stop = queue.onArrival(() => arrived.abort());
  const signals = [arrived.signal, ...(call.signal === undefined ? [] : [call.signal])];
  try {
    const wakeMs = Math.min(untilMs, queue.nextVisibleMs);
    await call.clock.sleepUntil(new Date(wakeMs), AbortSignal.any(signals));
  } catch (error) {
    if (!arrived.signal.aborted) throw error;
  } finally {
    stop();
  }
}

export const sqsHandlers: Handlers<
  Sqs,
  'SendMessage' | 'ReceiveMessage' | 'DeleteMessage' | 'ChangeMessageVisibility' | 'GetQueueAttributes'
> = {
  SendMessage: (call) => {
    const { QueueUrl, MessageBody = '', DelaySeconds } = call.input;
    const queue = queueAt(call, QueueUrl);
    if (MessageBody === '')
      throw awsError('MissingParameter', 'The request must contain the parameter MessageBody.');
    if (REFUSED.test(MessageBody))
      throw awsError('InvalidMessageContents', 'The message contains characters outside the allowed set.');
    if (Buffer.byteLength(MessageBody) > MAX_MESSAGE_BYTES)
      throw invalid(
        `One or more parameters are invalid. Reason: Message must be shorter than ${MAX_MESSAGE_BYTES} bytes.`,
      );
    const delay = bounded('DelaySeconds', DelaySeconds, { most: MAX_DELAY_SECONDS, otherwise: 0 });
    return { MessageId: queue.send(MessageBody, delay), MD5OfMessageBody: md5(MessageBody) };
  },

  ReceiveMessage: async (call) => {
    const { QueueUrl, MaxNumberOfMessages, WaitTimeSeconds, VisibilityTimeout } = call.input;
    const queue = queueAt(call, QueueUrl);
    const most = bounded('MaxNumberOfMessages', MaxNumberOfMessages, {
      least: 1,
      most: MAX_MESSAGES,
      otherwise: 1,
    });
    const wait = bounded('WaitTimeSeconds', WaitTimeSeconds, { most: MAX_WAIT_SECONDS, otherwise: 0 });
    const visibility = bounded('VisibilityTimeout', VisibilityTimeout, {
      most: MAX_VISIBILITY_SECONDS,
      otherwise: queue.visibilityMs / 1_000,
    });
    const { MessageSystemAttributeNames = [], AttributeNames = [] } = call.input;
    const wanted: readonly string[] = [...MessageSystemAttributeNames, ...AttributeNames];
    const untilMs = call.world.now().getTime() + wait * 1_000;
    const poll = wait > 0 ? 'long' : 'short';
    for (;;) {
      call.world.settle();
      const received = queue.receive({ most, visibilityMs: visibility * 1_000, poll });
      // An empty answer has no list at all.
      if (received.length > 0) return { Messages: received.map((message) => toSdk(message, wanted)) };
      if (call.world.now().getTime() >= untilMs) return {};
      await arrival(call, queue, untilMs);
    }
  },

  DeleteMessage: (call) => {
    const { QueueUrl, ReceiptHandle = '' } = call.input;
    if (queueAt(call, QueueUrl).delete(ReceiptHandle) === 'done') return {};
    throw awsError('ReceiptHandleIsInvalid', 'The input receipt handle is invalid.', { status: 404 });
  },

  ChangeMessageVisibility: (call) => {
    const { QueueUrl, ReceiptHandle = '', VisibilityTimeout } = call.input;
    const seconds = bounded('VisibilityTimeout', VisibilityTimeout, {
      most: MAX_VISIBILITY_SECONDS,
      otherwise: 0,
    });
    const message = queueAt(call, QueueUrl).inFlight(ReceiptHandle);
    if (message === 'unknown')
      throw awsError('ReceiptHandleIsInvalid', 'The input receipt handle is invalid.', { status: 404 });
    if (message === 'not-in-flight')
      throw awsError(
        'AWS.SimpleQueueService.MessageNotInflight',
        `Value ${ReceiptHandle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
      );
    const now = call.world.now().getTime();
    const longest = (message.lastReceivedAtMs ?? now) + MAX_VISIBILITY_SECONDS * 1_000;
    if (now + seconds * 1_000 > longest)
      throw invalid('Total VisibilityTimeout for the message is beyond the limit [43200 seconds]');
    message.visibleAtMs = now + seconds * 1_000;
    return {};
  },

  GetQueueAttributes: (call) => {
    const { QueueUrl, AttributeNames = [] } = call.input;
    const queue = queueAt(call, QueueUrl);
    const { visible, inFlight, delayed } = queue.count();
    const attributes = {
      [ATTRIBUTES]: String(visible),
      [`${ATTRIBUTES}NotVisible`]: String(inFlight),
      [`${ATTRIBUTES}Delayed`]: String(delayed),
      QueueArn: queue.arn,
      VisibilityTimeout: String(queue.visibilityMs / 1_000),
    };
    const names: readonly string[] = AttributeNames;
    const unknown = names.find((name) => name !== 'All' && !Object.hasOwn(attributes, name));
    if (unknown !== undefined) throw new NotSimulated(`the attribute ${unknown} of a queue`);
    const shown = Object.entries(attributes).filter(
      ([name]) => names.includes('All') || names.includes(name),
    );
    return { Attributes: Object.fromEntries(shown) };
  },
};
