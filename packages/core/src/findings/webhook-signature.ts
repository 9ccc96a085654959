import { createHmac, timingSafeEqual } from 'node:crypto';
import { type Duration, milliseconds } from '../engine/duration.js';

export interface SignedWebhook {
  /** The request's body exactly as it came: bytes that were parsed and written again are other bytes. */
  readonly body: string | Uint8Array;
  /** When it was sent, in seconds since the epoch, as the sender's header says. */
  readonly timestamp: string;
  /** HMAC-SHA256 over `timestamp.body`, as 64 hex digits; `sha256=` before it is fine. */
  readonly signature: string;
}

export interface WebhookTrust {
  /** Keys that count; two while one is replaced by another. */
  readonly secrets: readonly string[];
  readonly now: Date;
  /** How old a message may be, and how far ahead a clock: a recorded one is no good later. Default 5 min. */
  readonly tolerance?: Duration;
}

/** Why a message from outside is not believed. */
export type SignatureProblem = 'BAD_TIMESTAMP' | 'TOO_OLD' | 'BAD_SIGNATURE' | 'NO_SECRET';

const HEX = /^(?:sha256=)?([0-9a-f]{64})$/i;
const SECONDS = /^[0-9]{1,12}$/;
const FEWEST_SECRET_BYTES = 16;

function digest(secret: string, { timestamp, body }: Pick<SignedWebhook, 'timestamp' | 'body'>): Buffer {
  return createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest();
}

/** What the sender puts into its signature header. */
export function signWebhook(secret: string, message: Pick<SignedWebhook, 'timestamp' | 'body'>): string {
  return `sha256=${digest(secret, message).toString('hex')}`;
}

/**
 * What is wrong with a webhook's signature; undefined: it is from who has the secret, and fresh. Believed is then only
 * that the sender sent it: findings are asked for again with `confirmFindingGuard`.
 */
export function webhookProblem(message: SignedWebhook, trust: WebhookTrust): SignatureProblem | undefined {
  const { secrets, now, tolerance = { minutes: 5 } } = trust;
  // An empty secret is one that everybody has.
  if (secrets.length === 0 || secrets.some((secret) => Buffer.byteLength(secret) < FEWEST_SECRET_BYTES))
    return 'NO_SECRET';
  if (!SECONDS.test(message.timestamp)) return 'BAD_TIMESTAMP';
  const given = HEX.exec(message.signature)?.[1];
  if (given === undefined) return 'BAD_SIGNATURE';
  const bytes = Buffer.from(given, 'hex');
  if (!secrets.some((secret) => timingSafeEqual(digest(secret, message), bytes))) return 'BAD_SIGNATURE';
  const away = Math.abs(now.getTime() - Number(message.timestamp) * 1000);
  return away <= milliseconds(tolerance) ? undefined : 'TOO_OLD';
}
