import * as sdk from '@aws-sdk/client-sns';
import { awsError, NotSimulated } from '../errors.js';
import type { Handlers, SimulatedCall, SimulatedService } from '../service.js';
import { queryErrors } from '../service-errors.js';
import { type Publication, type Topic, topicsOf } from './topics.js';

/** https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const MAX_MESSAGE_BYTES = 262_144;
// ASCII that begins with a letter, a digit or a punctuation mark, without line breaks and control characters.
const SUBJECT = /^[!-~][ -~]{0,99}$/;

function invalid(message: string) {
  return awsError('InvalidParameter', `Invalid parameter: ${message}`);
}

function topicOf(call: SimulatedCall, arn: string | undefined): Topic {
  const topic = topicsOf(call.region).get(arn ?? '');
  if (topic !== undefined) return topic;
  throw awsError('NotFound', 'Topic does not exist', { status: 404 });
}

function attributesOf({ MessageAttributes = {} }: sdk.PublishCommandInput): Record<string, string> {
  return Object.fromEntries(
    Object.entries(MessageAttributes).map(([name, { DataType, StringValue }]) => {
      if (DataType !== 'String') throw new NotSimulated(`a message attribute of type ${DataType}`);
      if (StringValue === undefined || StringValue === '')
        throw awsError(
          'ParameterValueInvalid',
          `The message attribute '${name}' must contain non-empty message attribute value.`,
        );
      return [name, StringValue];
    }),
  );
}

/** What a subscriber gets that is no queue of raw messages. */
function envelope(topic: Topic, { messageId, at, subject, message }: Publication): string {
  return JSON.stringify({
    Type: 'Notification',
    MessageId: messageId,
    TopicArn: topic.arn,
    ...(subject === undefined ? {} : { Subject: subject }),
    Message: message,
    Timestamp: at.toISOString(),
  });
}

const handlers: Handlers<typeof sdk, 'Publish'> = {
  Publish: (call) => {
    const { TopicArn, TargetArn, PhoneNumber, Subject, Message = '', MessageStructure } = call.input;
    if (PhoneNumber !== undefined || MessageStructure !== undefined)
      throw new NotSimulated('a text message, or a message of its own for each protocol');
    const topic = topicOf(call, TopicArn ?? TargetArn);
    if (Message === '') throw invalid('Empty message');
    if (Buffer.byteLength(Message) > MAX_MESSAGE_BYTES) throw invalid('Message too long');
    if (Subject !== undefined && !SUBJECT.test(Subject)) throw invalid('Subject');
    const publication: Publication = {
      messageId: call.world.uuid(),
      at: call.world.now(),
      subject: Subject,
      message: Message,
      attributes: attributesOf(call.input),
    };
    topic.published.push(publication);
    for (const { queue, delivery } of topic.queues)
      queue.send(delivery === 'raw' ? Message : envelope(topic, publication));
    return { MessageId: publication.messageId };
  },
};

export const snsService: SimulatedService = {
  id: 'sns',
  client: sdk.SNSClient,
  sdk,
  errors: {
    ...queryErrors,
    denied: (denial) => awsError('AuthorizationError', queryErrors.denied(denial).message, { status: 403 }),
    throttled: () => awsError('Throttled', 'Rate exceeded', { status: 429 }),
    internal: () => awsError('InternalError', 'An internal error occurred', { status: 500 }),
  },
  handlers,
  resource(_operation, { input }) {
    // Looked at before it is used.
    const { TopicArn, TargetArn } = input as { readonly TopicArn?: string; readonly TargetArn?: string };
    return TopicArn ?? TargetArn ?? '*';
  },
};
