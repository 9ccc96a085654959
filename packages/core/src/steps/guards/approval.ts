import { createHash } from 'node:crypto';
import * as v from 'valibot';
import {
  type ApprovalAnswer,
  ApprovalAnswerSchema,
  type ApprovalTicket,
  ApprovalTicketSchema,
} from '../../engine/approval.js';
import type { BaseContext, Waiting } from '../../engine/context.js';
import { type Duration, milliseconds } from '../../engine/duration.js';
import type { JournalProvider } from '../../engine/entry.js';
import type { Finding, Suspect } from '../../engine/finding.js';
import type { GuardAnswer, GuardContext } from '../../engine/guard.js';
import { answerInJournal } from '../../host/approvals.js';

export type { ApprovalAnswer, ApprovalTicket };
export { ApprovalTicketSchema };

/** What a person is asked. Texts from the finding may be the intruder's. */
export interface ApprovalRequest {
  /** Of incident, guard and plan together; an answer must carry it, and counts once. */
  readonly id: string;
  readonly incidentId: string;
  /** Id of the guard that asks. */
  readonly step: string;
  readonly suspect: Suspect;
  readonly finding: Finding;
  /** Why a person is asked. */
  readonly reasons: readonly string[];
  /** Digest of the plan that the answer is for; `cordon plan` shows it. */
  readonly planSha256: string;
  readonly expiresAt: string;
  readonly onExpiry: 'allow' | 'refuse';
}

export interface ApprovalOptions {
  /**
   * Asks, and tells the answer when there is one. Called again and again with the same request, also after a crash:
   * whoever is asked sees it once, by its id. What it throws is logged, and it is called again.
   */
  readonly ask: (request: ApprovalRequest) => Promise<ApprovalAnswer | undefined>;
  /** How long an answer is waited for. */
  readonly deadline: Duration;
  /** What counts when nobody answers in time. */
  readonly onExpiry: 'allow' | 'refuse';
  /** How long to wait between looks for an answer. Default 10 s. */
  readonly every?: Duration;
}

/** Asks by the journal: `cordon approve INCIDENT`, or another host's `answerApproval`, writes the answer there. */
export function askInJournal(journal: JournalProvider): ApprovalOptions['ask'] {
  return (request) => answerInJournal(journal, request);
}

/** What a guard asks a person. */
export interface Question {
  /** Id of the guard. */
  readonly step: string;
  readonly reasons: readonly string[];
}

function requestIdOf({ key, incident }: BaseContext): string {
  return createHash('sha256').update(`${key}\n${incident.planSha256}`).digest('hex').slice(0, 32);
}

/** The ticket of a question that is asked for the first time. */
export function approvalTicket(
  ctx: BaseContext,
  { step, reasons }: Question,
  { deadline, onExpiry }: ApprovalOptions,
): ApprovalTicket {
  const expiresAt = new Date(ctx.now().getTime() + milliseconds(deadline)).toISOString();
  const { planSha256 } = ctx.incident;
  ctx.log.info(`waits for a yes until ${expiresAt}: ${reasons.join('; ')}`);
  return { requestId: requestIdOf(ctx), step, planSha256, reasons: [...reasons], expiresAt, onExpiry };
}

function requestOf({ incident }: BaseContext, ticket: ApprovalTicket): ApprovalRequest {
  const { requestId: id, ...rest } = ticket;
  return { ...rest, id, incidentId: incident.id, suspect: incident.suspect, finding: incident.finding };
}

/** What was answered, when it is an answer to this very question that came in time. */
function accepted(ctx: BaseContext, answer: unknown, ticket: ApprovalTicket): ApprovalAnswer | undefined {
  if (answer === undefined) return undefined;
  const parsed = v.safeParse(ApprovalAnswerSchema, answer);
  if (!parsed.success || parsed.output.requestId !== ticket.requestId) {
    ctx.log.warn('an answer that is not for this question was ignored');
    return undefined;
  }
  const at = parsed.output.at === undefined ? ctx.now().getTime() : Date.parse(parsed.output.at);
  return at < Date.parse(ticket.expiresAt) ? parsed.output : undefined;
}

/** Nobody can be asked is not a no: it is asked again until the deadline. */
async function answerTo(
  ctx: BaseContext,
  ticket: ApprovalTicket,
  options: ApprovalOptions,
): Promise<ApprovalAnswer | undefined> {
  try {
    return accepted(ctx, await options.ask(requestOf(ctx, ticket)), ticket);
  } catch (error) {
    ctx.log.warn(`nobody could be asked: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

/** What has come of a question so far. */
export type Heard =
  | { readonly answer: 'yes' | 'no'; readonly says: string; readonly by?: string }
  | { readonly answer: 'none'; readonly ticket: ApprovalTicket; readonly every: Duration };

/**
 * Asks, and hears whether there is an answer; at the deadline it is the configured one. A question is for one plan: when
 * the plan has changed, an answer to the earlier one counts no more, and the deadline stays.
 */
export async function hearAnswer(
  ctx: BaseContext,
  asked: ApprovalTicket,
  options: ApprovalOptions,
): Promise<Heard> {
  const { every = { seconds: 10 } } = options;
  const ticket = { ...asked, requestId: requestIdOf(ctx), planSha256: ctx.incident.planSha256 };
  const answer = await answerTo(ctx, ticket, options);
  if (answer !== undefined) {
    const { by, decision, reason } = answer;
    return {
      answer: decision,
      by,
      says: `${by} says ${decision}${reason === undefined ? '' : `: ${reason}`}`,
    };
  }
  if (ctx.now().getTime() < Date.parse(ticket.expiresAt)) return { answer: 'none', ticket, every };
  return ticket.onExpiry === 'allow'
    ? { answer: 'yes', says: 'nobody answered in time: allowed by configuration' }
    : { answer: 'no', says: 'nobody answered in time: refused by configuration' };
}

/** A guard's question: asks, waits, and answers for the guard. */
export async function askForApproval(
  ctx: GuardContext<ApprovalTicket>,
  asked: ApprovalTicket,
  options: ApprovalOptions,
): Promise<GuardAnswer | Waiting<ApprovalTicket>> {
  const heard = await hearAnswer(ctx, asked, options);
  if (heard.answer === 'none') return ctx.waiting(heard.ticket, heard.every);
  const grounds = heard.by === undefined ? {} : { by: heard.by };
  return heard.answer === 'yes' ? ctx.allow(heard.says, grounds) : ctx.refuse(heard.says, grounds);
}
