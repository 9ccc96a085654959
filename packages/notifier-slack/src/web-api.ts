import {
  type KnownBlock,
  LogLevel,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebClient,
} from '@slack/web-api';
import type { SlackMessage } from './incident-message.js';
import { type SlackTransport, SlackTrouble } from './transport.js';

export interface WebApiOptions {
  /** Bot token with `chat:write`; with `channels:history` a resumed run finds its message again. */
  readonly token: string;
  /** Channel id: `C0123456789`. */
  readonly channel: string;
  readonly timeoutMs: number;
  /** Another endpoint than Slack's own: for tests, and for proxies. */
  readonly slackApiUrl?: string;
}

/** Answers of Slack's that mean the same message would be refused again. */
const FINAL = new Set([
  'invalid_auth',
  'not_authed',
  'account_inactive',
  'token_revoked',
  'token_expired',
  'missing_scope',
  'channel_not_found',
  'not_in_channel',
  'is_archived',
  'msg_too_long',
  'invalid_blocks',
  'invalid_arguments',
  'message_not_found',
  'cant_update_message',
  'edit_window_closed',
]);

/** Of a busy channel: a thousand messages since the incident began. */
const MOST_PAGES = 5;

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function toTrouble(error: unknown): SlackTrouble {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof WebAPIRateLimitedError) return new SlackTrouble(message, error.retryAfter, false);
  const final = error instanceof WebAPIPlatformError && FINAL.has(error.data.error);
  return new SlackTrouble(message, undefined, final);
}

async function called<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw toTrouble(error);
  }
}

const blocksOf = (message: SlackMessage): KnownBlock[] => [...message.blocks];

interface Wanted {
  readonly incident: string;
  readonly openedAt: Date;
}

async function findMessage(client: WebClient, channel: string, { incident, openedAt }: Wanted) {
  // Slack's clock and the journal's differ by less.
  const oldest = String(Math.floor(openedAt.getTime() / 1000) - 300);
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const where = { channel, oldest, ...(cursor === undefined ? {} : { cursor }) };
    const history = await called(
      client.conversations.history({ ...where, include_all_metadata: true, limit: 200 }),
    );
    const own = history.messages?.find(
      (message) => field(field(message.metadata, 'event_payload'), 'incident') === incident,
    );
    if (own !== undefined) return own.ts;
    cursor = history.response_metadata?.next_cursor;
    if (cursor === undefined || cursor === '') return undefined;
  }
  return undefined;
}

/** The outbox waits and retries, so that the client's own queue and retries are off. */
function clientOf({ token, timeoutMs, slackApiUrl }: WebApiOptions): WebClient {
  return new WebClient(token, {
    timeout: timeoutMs,
    rejectRateLimitedCalls: true,
    retryConfig: { retries: 0 },
    // What goes wrong is in the outbox's report; a library must not write to its user's terminal.
    logLevel: LogLevel.ERROR,
    ...(slackApiUrl === undefined ? {} : { slackApiUrl }),
  });
}

/** Slack's Web API. */
export function webApi(options: WebApiOptions): SlackTransport {
  const { channel } = options;
  const client = clientOf(options);
  return {
    canUpdate: true,
    async post(message) {
      const { incident, thread } = message;
      const metadata =
        incident === undefined
          ? {}
          : { metadata: { event_type: 'cordon_incident', event_payload: { incident } } };
      const answer = await called(
        client.chat.postMessage({
          channel,
          text: message.text,
          blocks: blocksOf(message),
          unfurl_links: false,
          unfurl_media: false,
          ...(thread === undefined ? metadata : { thread_ts: thread }),
        }),
      );
      return answer.ts;
    },
    async update(ts, message) {
      await called(client.chat.update({ channel, ts, text: message.text, blocks: blocksOf(message) }));
    },
    find: (incident, openedAt) => findMessage(client, channel, { incident, openedAt }),
  };
}
