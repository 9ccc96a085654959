import { createHash } from 'node:crypto';
import * as v from 'valibot';
import type { BaseContext, Waiting } from '../../engine/context.js';
import { type Duration, milliseconds } from '../../engine/duration.js';
import type { Finding, Suspect } from '../../engine/finding.js';
import type { GuardAnswer, GuardContext } from '../../engine/guard.js';

/** What a person is asked. Texts from the finding may be the intruder's. */
export interface ApprovalRequest {
  /** Of this incident and this guard; an answer must carry it, and counts once. */
  readonly id: string;
  readonly incidentId: string;
  readonly suspect: Suspect;
  readonly finding: Finding;
  /** Why a person is asked. */
  readonly reasons: readonly string[];
  /** SHA-256 of the plan that the answer is for: ids of its steps, in order. */
  readonly planSha256: string;
  readonly expiresAt: string;
  readonly onExpiry: 'allow' | 'refuse';
}

const AnswerSchema = v.object({
  requestId: v.string(),
  decision: v.picklist(['yes', 'no']),
  /** Who says so: goes into the journal. */
  by: v.pipe(v.string(), v.minLength(1), v.maxLength(256)),
  reason: v.optional(v.pipe(v.string(), v.maxLength(1000))),
});
export type ApprovalAnswer = v.InferOutput<typeof AnswerSchema>;

export interface ApprovalOptions {
  /**
   * Asks, and tells the answer when there is one. Called again and again with the same request, also after a crash:
   * whoever is asked sees it once, by its id.
   */
  readonly ask: (request: ApprovalRequest) => Promise<ApprovalAnswer | undefined>;
  /** How long an answer is waited for. */
  readonly deadline: Duration;
  /** What counts when nobody answers in time. */
  readonly onExpiry: 'allow' | 'refuse';
  /** How long to wait between looks for an answer. Default 10 s. */
  readonly every?: Duration;
}

export const ApprovalTicket = v.object({ expiresAt: v.string(), reasons: v.array(v.string()) });
export type ApprovalTicket = v.InferOutput<typeof ApprovalTicket>;

function planSha256({ incident }: BaseContext): string {
  const plan = incident.steps().map(({ id, phase }) => `${phase} ${id}`);
  return createHash('sha256').update(plan.join('\n')).digest('hex');
}

function requestOf(ctx: BaseContext, ticket: ApprovalTicket, options: ApprovalOptions): ApprovalRequest {
  const { incident } = ctx;
  return {
    id: ctx.key,
    incidentId: incident.id,
    suspect: incident.suspect,
    finding: incident.finding,
    reasons: ticket.reasons,
    planSha256: planSha256(ctx),
    expiresAt: ticket.expiresAt,
    onExpiry: options.onExpiry,
  };
}

/** The ticket of a question that is asked for the first time. */
export function approvalTicket(
  ctx: BaseContext,
  reasons: readonly string[],
  options: ApprovalOptions,
): ApprovalTicket {
  const expiresAt = new Date(ctx.now().getTime() + milliseconds(options.deadline)).toISOString();
  return { expiresAt, reasons: [...reasons] };
}

/** What was answered, when it is an answer to this very question. */
function accepted(ctx: BaseContext, answer: unknown): ApprovalAnswer | undefined {
  const parsed = v.safeParse(AnswerSchema, answer);
  if (parsed.success && parsed.output.requestId === ctx.key) return parsed.output;
  if (answer !== undefined)
    ctx.notice('APPROVAL_IGNORED', 'an answer that is not for this question was ignored');
  return undefined;
}

/** Asks; waits; at the deadline takes the configured answer. An answer that comes late does not count. */
export async function askForApproval(
  ctx: GuardContext<ApprovalTicket>,
  ticket: ApprovalTicket,
  options: ApprovalOptions,
): Promise<GuardAnswer | Waiting<ApprovalTicket>> {
  const { onExpiry, every = { seconds: 10 } } = options;
  if (ctx.now().getTime() >= Date.parse(ticket.expiresAt))
    return onExpiry === 'allow'
      ? ctx.allow('nobody answered in time: allowed by configuration')
      : ctx.refuse('nobody answered in time: refused by configuration');
  const answer = accepted(ctx, await options.ask(requestOf(ctx, ticket, options)));
  if (answer === undefined) return ctx.waiting(ticket, every);
  const says = `${answer.by} says ${answer.decision}${answer.reason === undefined ? '' : `: ${answer.reason}`}`;
  return answer.decision === 'yes' ? ctx.allow(says) : ctx.refuse(says);
}
