import type { IncomingMessage } from 'node:http';
import { type Clock, parseFindings, webhookProblem } from '@cordon/core';
import type { Answer, Route } from './http-server.ts';
import type { Incidents, Taken } from './incidents.ts';
import type { Log } from './log.ts';

export interface WebhookOptions {
  readonly secrets: readonly string[];
  readonly incidents: Incidents;
  readonly clock: Clock;
  readonly log: Log;
}

/** Fifty findings of GuardDuty are about 300 kB. */
const MOST_BYTES = 1_048_576;
const RETRY_AFTER = { 'retry-after': '30' };

/** The bytes as they came; undefined: more than anybody sends. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request) {
    sizeBytes += chunk.length;
    if (sizeBytes > MOST_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function header(request: IncomingMessage, name: string): string {
  const value = request.headers[name];
  return typeof value === 'string' ? value : '';
}

function refused(status: number, error: string, headers: Answer['headers'] = {}): Answer {
  return { status, body: { error }, headers };
}

async function takeAll(body: Buffer, { incidents, log }: WebhookOptions): Promise<Answer> {
  const { findings, problems } = parseFindings(body.toString('utf8'));
  if (findings.length === 0) return { status: 422, body: { error: 'NO_FINDING', problems } };
  const taken: (Taken & { readonly finding: string })[] = [];
  for (const finding of findings) {
    // What does not fit in is sent again: what was taken is only taken once.
    if (incidents.slots.free === 0)
      return { ...refused(503, 'FULL', RETRY_AFTER), body: { error: 'FULL', taken } };
    const one = { finding: finding.id, ...(await incidents.take(finding)) };
    log.info(one, 'FINDING_TAKEN');
    taken.push(one);
  }
  return { status: 202, body: { taken, problems } };
}

/**
 * `POST /findings`: a finding in whatever form, signed with `signWebhook` in `x-cordon-signature`, at the time in
 * `x-cordon-timestamp`. Answers when the findings are on record.
 */
export function webhook(options: WebhookOptions): Route {
  const { secrets, incidents, clock, log } = options;
  return async (request) => {
    if (incidents.stopping.aborted) return refused(503, 'STOPPING', RETRY_AFTER);
    const body = await bodyOf(request);
    if (body === undefined) return refused(413, 'TOO_LARGE');
    const timestamp = header(request, 'x-cordon-timestamp');
    const signature = header(request, 'x-cordon-signature');
    const problem = webhookProblem({ body, timestamp, signature }, { secrets, now: clock.now() });
    if (problem !== undefined) {
      log.warn({ problem, from: request.socket.remoteAddress }, 'WEBHOOK_REFUSED');
      return refused(401, problem);
    }
    return takeAll(body, options);
  };
}
