import { type Clock, type Duration, milliseconds } from '@cordon/core';
import type { SlackTransport } from './transport.js';
import { webApi } from './web-api.js';
import { webhook } from './webhook.js';

/** Either a bot, which updates one message and tells the rest in its thread, or a webhook, which only says what matters. */
export type SlackOptions = (
  | { readonly token: string; readonly channel: string; readonly slackApiUrl?: string }
  | { readonly webhookUrl: string }
) & {
  /** For one message to Slack. Default 10 s. */
  readonly timeout?: Duration;
  readonly clock?: Clock;
};

export function transportOf(options: SlackOptions): SlackTransport {
  const timeoutMs = milliseconds(options.timeout ?? { seconds: 10 });
  if ('webhookUrl' in options) return webhook({ url: options.webhookUrl, timeoutMs });
  const { token, channel, slackApiUrl } = options;
  return webApi({ token, channel, timeoutMs, ...(slackApiUrl === undefined ? {} : { slackApiUrl }) });
}
