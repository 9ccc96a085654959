import { createHmac, timingSafeEqual } from 'node:crypto';
import type { ApprovalTicket } from '@cordon/core';
import * as v from 'valibot';

const TokenSchema = v.object({
  incidentId: v.string(),
  /** Id of the guard that asks. */
  step: v.string(),
  /** Of the question: of incident, guard and plan together. */
  requestId: v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/)),
  /** ISO 8601, UTC. */
  expiresAt: v.string(),
  /** The person that the link was made for; a button tells itself who pressed it. */
  by: v.exactOptional(v.string()),
});

/** What an answer is for. Single use, because a question is answered once. */
export type ApprovalToken = v.InferOutput<typeof TokenSchema>;

/** A key that somebody could guess is none. */
const FEWEST_SECRET_BYTES = 32;
const LONGEST_TOKEN = 4_096;

function digest(secret: string, text: string): Buffer {
  if (Buffer.byteLength(secret) < FEWEST_SECRET_BYTES)
    throw new TypeError(`the secret of approval links has at least ${FEWEST_SECRET_BYTES} bytes`);
  return createHmac('sha256', secret).update(`cordon-approval\n${text}`).digest();
}

/** For a link or a button's value: what the answer is for, signed. */
export function signApproval(secret: string, token: ApprovalToken): string {
  const text = Buffer.from(JSON.stringify(token)).toString('base64url');
  return `${text}.${digest(secret, text).toString('base64url')}`;
}

/** What was signed with one of the secrets; undefined for everything else. */
export function readApproval(secrets: readonly string[], signed: string): ApprovalToken | undefined {
  const [text = '', signature = '', ...rest] = signed.length > LONGEST_TOKEN ? [] : signed.split('.');
  const given = Buffer.from(signature, 'base64url');
  const genuine = secrets.some((secret) => {
    const own = digest(secret, text);
    return own.length === given.length && timingSafeEqual(own, given);
  });
  if (!genuine || rest.length > 0) return undefined;
  const parsed = v.safeParse(TokenSchema, JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
  return parsed.success ? parsed.output : undefined;
}

/**
 * A link for one person to one question. Opening it changes nothing (programs open links, too): its page asks, and its
 * buttons answer.
 *
 * @param options - `url` is the endpoint of `approvalHandler`
 */
export function approvalLink(
  options: { readonly url: string; readonly secret: string; readonly by: string },
  question: { readonly incidentId: string } & Pick<ApprovalTicket, 'step' | 'requestId' | 'expiresAt'>,
): string {
  const { incidentId, step, requestId, expiresAt } = question;
  const url = new URL(options.url);
  const token = { incidentId, step, requestId, expiresAt, by: options.by };
  url.searchParams.set('token', signApproval(options.secret, token));
  return url.href;
}
