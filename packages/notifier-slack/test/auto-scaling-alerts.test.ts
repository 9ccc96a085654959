import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../testkit/src/clock.js';
import { AlertNotSent, autoScalingAlerts } from '../src/index.js';
import { SlackServer } from './slack-server.js';

const HOSTILE = '<!channel> & <https://evil.example|click> `tick` \u202e\u0007 token=abcdefgh';

/** As the documentation of Auto Scaling shows it. */
const TERMINATED = {
  Progress: 50,
  AccountId: '111122223333',
  Description: 'Terminating EC2 instance: i-0f3a9c51d2b7e8460',
  RequestId: '63f5b5c2-58b3-0574-b7d5-b3162d0268f0',
  EndTime: '2026-11-20T03:41:30.127Z',
  AutoScalingGroupARN:
    'arn:aws:autoscaling:eu-west-1:111122223333:autoScalingGroup:63f5b5c2:autoScalingGroupName/shop',
  ActivityId: '63f5b5c2-58b3-0574-b7d5-b3162d0268f0',
  StartTime: '2026-11-20T03:41:12.203Z',
  Service: 'AWS Auto Scaling',
  Time: '2026-11-20T03:41:30.127Z',
  EC2InstanceId: 'i-0f3a9c51d2b7e8460',
  StatusCode: 'InProgress',
  StatusMessage: '',
  Details: { 'Subnet ID': 'subnet-5ea0c127', 'Availability Zone': 'eu-west-1a' },
  AutoScalingGroupName: 'shop',
  Cause: 'At 2026-11-20T03:41:12Z an instance was taken out of service in response to a health check.',
  Event: 'autoscaling:EC2_INSTANCE_TERMINATE',
};

const snsEvent = (...messages: readonly object[]) => ({
  Records: messages.map((message) => ({
    EventSource: 'aws:sns',
    Sns: { Type: 'Notification', Message: JSON.stringify(message) },
  })),
});

let slack: SlackServer;
beforeEach(async () => {
  slack = await SlackServer.start();
});
afterEach(() => slack.stop());

const bot = () => ({ token: 'xoxb-1', channel: 'C1', slackApiUrl: slack.url });
const handlerOf = (clock = new VirtualClock()) => autoScalingAlerts({ ...bot(), clock });
const said = () => slack.of('chat.postMessage').map(({ body }) => body);

describe('autoScalingAlerts', () => {
  it('tells what a group has terminated, where, and why', async () => {
    const report = await handlerOf()(snsEvent(TERMINATED));
    expect(report).toMatchObject({ sent: 1, failed: 0, passedOver: 0 });
    const [message] = said();
    expect(message?.['text']).toBe(':wastebasket: An instance was terminated in shop');
    const blocks = JSON.stringify(message?.['blocks']);
    expect(blocks.match(/"verbatim":true/g)).toHaveLength(blocks.match(/"mrkdwn"/g)?.length ?? 0);
    expect(blocks).toContain('*Instance* `i-0f3a9c51d2b7e8460`');
    expect(blocks).toContain('in response to a health check');
    expect(blocks).toContain('`111122223333` `eu-west-1` `2026-11-20T03:41:30.127Z`');
    expect(message?.['metadata']).toBeUndefined();
  });

  it.each([
    ['EC2_INSTANCE_LAUNCH', ':rocket: An instance was launched in shop'],
    ['EC2_INSTANCE_LAUNCH_ERROR', ':x: An instance could not be launched in shop'],
    ['EC2_INSTANCE_TERMINATE_ERROR', ':x: An instance could not be terminated in shop'],
  ])('tells of %s', async (event, text) => {
    const StatusMessage = 'We currently do not have sufficient capacity';
    await handlerOf()(snsEvent({ ...TERMINATED, Event: `autoscaling:${event}`, StatusMessage }));
    expect(said()[0]?.['text']).toBe(text);
    const tellsTrouble = JSON.stringify(said()).includes('*Trouble* We currently do not');
    expect(tellsTrouble).toBe(event.endsWith('ERROR'));
  });

  it('tells that notifications arrive, where one only tries', async () => {
    const { AccountId, AutoScalingGroupARN, AutoScalingGroupName, Time } = TERMINATED;
    const Event = 'autoscaling:TEST_NOTIFICATION';
    await handlerOf()(snsEvent({ AccountId, AutoScalingGroupARN, AutoScalingGroupName, Time, Event }));
    expect(said()[0]?.['text']).toMatch(/^:wave:/);
  });

  it('turns what an intruder wrote into mere text, and cuts it', async () => {
    const Cause = `${HOSTILE} ${'x'.repeat(10_000)}`;
    await handlerOf()(snsEvent({ ...TERMINATED, Cause, AutoScalingGroupName: HOSTILE }));
    const text = JSON.stringify(said());
    expect(text).toContain('&lt;!channel&gt;');
    for (const never of ['<!channel>', '<https://evil', '\\u202e', 'abcdefgh'])
      expect(text).not.toContain(never);
  });

  it('takes what comes by a queue, in an envelope or raw, and passes over what is none of its business', async () => {
    const envelope = { Type: 'Notification', Message: JSON.stringify(TERMINATED) };
    const lifecycle = {
      LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING',
      AutoScalingGroupName: 'a',
    };
    const bodies = [JSON.stringify(envelope), JSON.stringify(TERMINATED), 'text', JSON.stringify(lifecycle)];
    const report = await handlerOf()({ Records: bodies.map((body) => ({ body })) });
    expect(report).toMatchObject({ sent: 2, passedOver: 2 });
  });

  it('waits for a Slack that throttles, and has Lambda try again where Slack takes nothing', async () => {
    slack.answers.push({ is: 'throttle', seconds: 3 });
    expect(await handlerOf()(snsEvent(TERMINATED))).toMatchObject({ sent: 1 });
    slack.answers.push({ is: 'error', error: 'channel_not_found' });
    const refused = handlerOf()(snsEvent(TERMINATED));
    await expect(refused).rejects.toThrow(AlertNotSent);
    await expect(refused).rejects.toThrow(/0 of 1 notifications: .*channel_not_found/);
  });

  it('refuses an event that nobody sends', async () => {
    await expect(handlerOf()({ Records: [{ s3: {} }] })).rejects.toThrow();
    expect(slack.received).toEqual([]);
  });
});
