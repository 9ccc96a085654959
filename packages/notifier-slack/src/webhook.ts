import { IncomingWebhook, IncomingWebhookHTTPError } from '@slack/webhook';
import { type SlackTransport, SlackTrouble } from './transport.js';

export interface WebhookOptions {
  readonly url: string;
  readonly timeoutMs: number;
}

/** Asks as the webhook would, and remembers for how long Slack wants to be left alone: its errors do not say. */
function rememberingFetch() {
  let retryAfterSeconds: number | undefined;
  return {
    fetch: async (url: string | URL, init?: RequestInit) => {
      const response = await fetch(url, init);
      const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
      retryAfterSeconds = Number.isFinite(seconds) ? seconds : undefined;
      return response;
    },
    retryAfterSeconds: () => retryAfterSeconds,
  };
}

function toTrouble(error: unknown, retryAfterSeconds: number | undefined): SlackTrouble {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof IncomingWebhookHTTPError)) return new SlackTrouble(message, undefined, false);
  if (error.statusCode === 429) return new SlackTrouble(message, retryAfterSeconds ?? 1, false);
  return new SlackTrouble(message, undefined, error.statusCode >= 400 && error.statusCode < 500);
}

/** An incoming webhook: it can only say something new, so that a notifier says only what matters. */
export function webhook(options: WebhookOptions): SlackTransport {
  const asking = rememberingFetch();
  const hook = new IncomingWebhook(options.url, { timeout: options.timeoutMs, fetch: asking.fetch });
  return {
    canUpdate: false,
    async post(message) {
      try {
        await hook.send({ text: message.text, blocks: [...message.blocks] });
      } catch (error) {
        throw toTrouble(error, asking.retryAfterSeconds());
      }
      return undefined;
    },
    async update() {
      // There is nothing that it could update.
    },
    find: async () => undefined,
  };
}
