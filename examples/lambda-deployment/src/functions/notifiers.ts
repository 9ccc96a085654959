import type { Anchor, WorkerOptions, WorkNotifier } from '@cordon/core';
import { snsNotifier } from '@cordon/notifier-sns';
import { emfMetrics } from '@cordon/telemetry';
import * as v from 'valibot';
import { readSecret } from './secret.ts';

const Text = v.pipe(v.string(), v.minLength(1));
const SlackSchema = v.object({ SLACK_CHANNEL: v.optional(Text), SLACK_SECRET: v.optional(Text) });
const TopicSchema = v.object({ INCIDENT_TOPIC: Text });

/** What the stack tells those functions that tell people. */
export type ToldOfPeople = Readonly<Record<'INCIDENT_TOPIC', string>> &
  Readonly<Partial<Record<'SLACK_CHANNEL' | 'SLACK_SECRET', string>>>;

interface Around {
  readonly variables?: Readonly<Record<string, string | undefined>>;
  readonly secret?: (id: string) => Promise<string>;
}

/** The bot's token and its channel; undefined where the deployment has no Slack, or the token was not put in. */
export async function slackBot({ variables = process.env, secret = readSecret }: Around = {}) {
  const { SLACK_CHANNEL: channel, SLACK_SECRET: id } = v.parse(SlackSchema, variables);
  if (channel === undefined || id === undefined) return undefined;
  const token = await secret(id);
  if (!token.startsWith('xoxb-')) throw new Error(`the secret ${id} holds no token of a bot (xoxb-...)`);
  return { token, channel };
}

async function slack(around: Around): Promise<{ notifiers: WorkNotifier[]; anchors: Anchor[] }> {
  try {
    const bot = await slackBot(around);
    if (bot === undefined) return { notifiers: [], anchors: [] };
    const { slackNotifier } = await import('@cordon/notifier-slack');
    const notifier = slackNotifier(bot);
    return { notifiers: [notifier], anchors: [notifier.anchor] };
  } catch (error) {
    // Containment does not wait for a channel.
    console.warn(JSON.stringify({ warning: 'SLACK_NOT_TOLD', message: String(error) }));
    return { notifiers: [], anchors: [] };
  }
}

/** Who is told of what a worker does: the topic of incidents, CloudWatch, and Slack where there is one. */
export async function tellers(around: Around = {}): Promise<Pick<WorkerOptions, 'notifiers' | 'anchors'>> {
  const { INCIDENT_TOPIC: topicArn } = v.parse(TopicSchema, around.variables ?? process.env);
  const { notifiers, anchors } = await slack(around);
  return { notifiers: [snsNotifier({ topicArn }), emfMetrics(), ...notifiers], anchors };
}
