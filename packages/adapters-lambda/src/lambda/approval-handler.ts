import {
  ApprovalRefused,
  answerApproval,
  type Clock,
  type JournalProvider,
  type OrderedAnswer,
  systemClock,
} from '@cordon/core';
import { type ApprovalToken, readApproval } from './approval-token.js';
import { escapeHtml, type HttpAnswer, type HttpRequest, page, plain, readHttpEvent } from './http-event.js';
import { isFromSlack, pressedButton } from './slack-button.js';

export interface ApprovalHandlerOptions {
  readonly journal: JournalProvider;
  /** Of the links; two while one is replaced by another. At least 32 bytes each. */
  readonly secrets: readonly string[];
  /** Slack's signing secret, and who may answer by a button: ids of Slack users. Default: no buttons. */
  readonly slack?: { readonly signingSecrets: readonly string[]; readonly approvers: readonly string[] };
  readonly clock?: Clock;
}

export type ApprovalHandler = (event: unknown) => Promise<HttpAnswer>;

interface Answered {
  readonly token: ApprovalToken;
  readonly decision: OrderedAnswer['decision'];
  readonly by: string;
}

const WHY_NOT: Readonly<Record<ApprovalRefused['code'], readonly [status: number, text: string]>> = {
  NO_QUESTION: [410, 'Nothing waits for this answer any more.'],
  SEVERAL_QUESTIONS: [409, 'Several guards ask; this link names none of them.'],
  ALREADY_ANSWERED: [409, 'Somebody else has just answered.'],
  TOO_LATE: [410, 'The time for an answer is over.'],
  BAD_ANSWER: [400, 'This is no answer.'],
};

class ApprovalEndpoint {
  readonly #options: ApprovalHandlerOptions;
  readonly #clock: Clock;

  constructor(options: ApprovalHandlerOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  async answer(request: HttpRequest | undefined): Promise<HttpAnswer> {
    if (request === undefined) return plain(400, 'no request');
    if (request.method === 'GET') return this.#ask(request);
    if (request.method !== 'POST') return plain(405, 'GET or POST');
    return request.headers['x-slack-signature'] === undefined
      ? this.#byLink(request)
      : this.#bySlack(request);
  }

  #tokenIn(text: string | null): ApprovalToken | undefined {
    return text === null ? undefined : readApproval(this.#options.secrets, text);
  }

  /** Whoever opens a link is asked; nothing is answered by it. */
  #ask({ query }: HttpRequest): HttpAnswer {
    const signed = query.get('token') ?? '';
    const token = this.#tokenIn(signed);
    if (token?.by === undefined) return page(403, 'Not a valid link', '');
    const facts = `<p>Incident <code>${escapeHtml(token.incidentId)}</code>: the guard <code>${escapeHtml(token.step)}</code> asks whether the instance may be contained. You answer as <b>${escapeHtml(token.by)}</b>, until ${escapeHtml(token.expiresAt)}; it counts once.</p>`;
    const button = (value: string, text: string) =>
      `<button name="decision" value="${value}" style="font: inherit; margin-right: 1rem">${text}</button>`;
    const form = `<form method="post"><input type="hidden" name="token" value="${escapeHtml(signed)}">${button('yes', 'Yes, contain it')}${button('no', 'No, leave it')}</form>`;
    return page(200, 'Contain the instance?', facts + form);
  }

  async #byLink({ body }: HttpRequest): Promise<HttpAnswer> {
    const fields = new URLSearchParams(body);
    const token = this.#tokenIn(fields.get('token'));
    const decision = fields.get('decision');
    if (token?.by === undefined) return page(403, 'Not a valid link', '');
    if (decision !== 'yes' && decision !== 'no') return page(400, 'Yes or no?', '');
    const [status, text] = await this.#record({ token, decision, by: token.by });
    return page(status, text, '');
  }

  async #bySlack(request: HttpRequest): Promise<HttpAnswer> {
    const { slack } = this.#options;
    if (slack === undefined || !isFromSlack(request, slack.signingSecrets, this.#clock.now()))
      return plain(403, 'not from Slack');
    const pressed = pressedButton(request);
    const token = this.#tokenIn(pressed?.token ?? null);
    if (pressed === undefined || token === undefined) return plain(400, 'not a button of ours');
    if (!slack.approvers.includes(pressed.userId)) return plain(200, 'You may not answer this.');
    const [, text] = await this.#record({ token, decision: pressed.decision, by: pressed.by });
    // Slack takes everything but 200 for a failure of ours.
    return plain(200, text);
  }

  async #record({ token, decision, by }: Answered): Promise<readonly [status: number, text: string]> {
    const { incidentId, step, requestId } = token;
    if (this.#clock.now().getTime() >= Date.parse(token.expiresAt)) return WHY_NOT.TOO_LATE;
    try {
      const { journal } = this.#options;
      const clock = this.#clock;
      await answerApproval({ journal, incidentId, step, requestId, decision, by, clock });
      return [200, decision === 'yes' ? 'Answered: contain it.' : 'Answered: leave it.'];
    } catch (error) {
      if (error instanceof ApprovalRefused) return WHY_NOT[error.code];
      throw error;
    }
  }
}

/**
 * The Lambda function behind a function URL that people answer a guard's question at: by a link that was signed for one
 * person, or by a button in Slack. The answer goes into the incident's journal, where the waiting run finds it; it is
 * bound to incident, guard and plan, has a deadline, and counts once.
 *
 * @example
 * export const handler = approvalHandler({ journal, secrets: [process.env['APPROVAL_SECRET'] ?? ''] });
 */
export function approvalHandler(options: ApprovalHandlerOptions): ApprovalHandler {
  const endpoint = new ApprovalEndpoint(options);
  return (event) => endpoint.answer(readHttpEvent(event));
}
