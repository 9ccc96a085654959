import { createHmac, timingSafeEqual } from 'node:crypto';
import * as v from 'valibot';
import type { HttpRequest } from './http-event.js';

/** Who pressed which button. */
export interface PressedButton {
  /** `slack:U024BE7LH (ada)` */
  readonly by: string;
  /** Slack's id of the person. */
  readonly userId: string;
  readonly decision: 'yes' | 'no';
  /** What `signApproval` gave. */
  readonly token: string;
}

const LATEST_SECONDS = 300;

const PayloadSchema = v.object({
  type: v.literal('block_actions'),
  user: v.object({ id: v.string(), username: v.optional(v.string()) }),
  actions: v.tuple([
    v.object({ action_id: v.picklist(['cordon-approve', 'cordon-refuse']), value: v.string() }),
  ]),
});

/** Whether Slack sent it, lately; https://docs.slack.dev/authentication/verifying-requests-from-slack */
export function isFromSlack(request: HttpRequest, secrets: readonly string[], now: Date): boolean {
  const timestamp = request.headers['x-slack-request-timestamp'] ?? '';
  const given = Buffer.from(request.headers['x-slack-signature'] ?? '');
  if (!/^[0-9]{1,12}$/.test(timestamp)) return false;
  if (Math.abs(now.getTime() / 1000 - Number(timestamp)) > LATEST_SECONDS) return false;
  return secrets.some((secret) => {
    const hmac = createHmac('sha256', secret).update(`v0:${timestamp}:${request.body}`).digest('hex');
    const own = Buffer.from(`v0=${hmac}`);
    return secret !== '' && own.length === given.length && timingSafeEqual(own, given);
  });
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The button in a request that Slack has signed; undefined when it is none of ours. */
export function pressedButton(request: HttpRequest): PressedButton | undefined {
  const payload = jsonIn(new URLSearchParams(request.body).get('payload') ?? '');
  const parsed = v.safeParse(PayloadSchema, payload);
  if (!parsed.success) return undefined;
  const { user, actions } = parsed.output;
  const [{ action_id, value }] = actions;
  const name = user.username === undefined ? '' : ` (${user.username.slice(0, 80)})`;
  const decision = action_id === 'cordon-approve' ? 'yes' : 'no';
  return { by: `slack:${user.id}${name}`, userId: user.id, decision, token: value };
}
