import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { describe, expect, it, onTestFinished } from 'vitest';
import { addQueue, addTopic, createWorld } from '../../src/index.js';

const ACCOUNT = '999900001111';
const REGION = 'eu-west-1';

function scene() {
  const world = createWorld({ seed: 'sns' });
  onTestFinished(() => world.dispose());
  const account = world.account(ACCOUNT);
  const region = account.region(REGION);
  const wrapped = addQueue(region, { name: 'wrapped' });
  const raw = addQueue(region, { name: 'raw' });
  const queues = [{ queue: wrapped }, { queue: raw, delivery: 'raw' as const }];
  const topic = addTopic(region, { name: 'incidents', queues });
  const sns = new SNSClient({ region: REGION, credentials: account.credentials() });
  const publish = (input: { readonly Subject?: string; readonly Message: string }) =>
    sns.send(new PublishCommand({ TopicArn: topic.arn, ...input }));
  return { account, topic, wrapped, raw, sns, publish };
}

describe('a topic', () => {
  it('keeps what was published, and gives it to its queues in an envelope, or raw', async () => {
    const { topic, wrapped, raw, publish } = scene();
    const { MessageId } = await publish({ Subject: 'An incident', Message: '{"a":1}' });
    expect(topic.published).toMatchObject([{ messageId: MessageId, subject: 'An incident' }]);
    expect(raw.bodies()).toEqual(['{"a":1}']);
    const [envelope = ''] = wrapped.bodies();
    expect(JSON.parse(envelope)).toMatchObject({
      Type: 'Notification',
      TopicArn: topic.arn,
      Subject: 'An incident',
      Message: '{"a":1}',
    });
  });

  it.each([
    ['a line break in the subject', { Subject: 'a\nb', Message: 'm' }],
    ['a subject beyond ASCII', { Subject: 'Größe', Message: 'm' }],
    ['a subject of more than a hundred characters', { Subject: 'a'.repeat(101), Message: 'm' }],
    ['no message', { Message: '' }],
    ['more than 256 KiB', { Message: 'ü'.repeat(131_073) }],
  ])('refuses %s', async (_, input) => {
    const { publish, topic } = scene();
    await expect(publish(input)).rejects.toMatchObject({ name: 'InvalidParameterException' });
    expect(topic.published).toEqual([]);
  });

  it('is not found under another name, and not open to everybody', async () => {
    const { account, topic, sns } = scene();
    const other = sns.send(new PublishCommand({ TopicArn: `${topic.arn}-2`, Message: 'm' }));
    await expect(other).rejects.toMatchObject({ name: 'NotFoundException' });
    const stranger = new SNSClient({ region: REGION, credentials: account.credentials([]) });
    const refused = stranger.send(new PublishCommand({ TopicArn: topic.arn, Message: 'm' }));
    await expect(refused).rejects.toMatchObject({ name: 'AuthorizationErrorException' });
  });
});
