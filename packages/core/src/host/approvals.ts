import * as v from 'valibot';
import {
  type ApprovalAnswer,
  ApprovalAnswerSchema,
  type ApprovalTicket,
  ApprovalTicketSchema,
  approvalLedger,
} from '../engine/approval.js';
import { type Clock, systemClock } from '../engine/clock.js';
import { type Entry, JournalConflict, type JournalProvider } from '../engine/entry.js';
import { visitJournal } from '../journal/journal.js';

/** Why an answer was not taken. Nothing was written. */
export class ApprovalRefused extends Error {
  override readonly name = 'ApprovalRefused';

  constructor(
    readonly code: 'NO_QUESTION' | 'SEVERAL_QUESTIONS' | 'ALREADY_ANSWERED' | 'TOO_LATE' | 'BAD_ANSWER',
    message: string,
  ) {
    super(message);
  }
}

export interface OrderedAnswer {
  readonly journal: JournalProvider;
  readonly incidentId: string;
  readonly decision: ApprovalAnswer['decision'];
  /** Who says so. Whoever can write the journal can say anything here: guard it. */
  readonly by: string;
  readonly reason?: string;
  /** Id of the guard that asks, where several do. */
  readonly step?: string;
  /** Id of the question: where the plan has changed since it was put, it is another one. */
  readonly requestId?: string;
  /** Default: the machine's. */
  readonly clock?: Clock;
}

/** What a run waits for a person to answer, from the entries of its journal. */
export function openQuestions(entries: readonly Entry[]): readonly ApprovalTicket[] {
  const ledgers = Map.groupBy(entries, ({ ledger }) => ledger);
  return [...ledgers.values()].flatMap((ledger) => {
    const last = ledger.findLast(({ kind }) => kind !== 'notice');
    if (last?.kind !== 'waiting') return [];
    const ticket = v.safeParse(ApprovalTicketSchema, last.body.ticket);
    if (!ticket.success || ledgers.has(approvalLedger(ticket.output.requestId))) return [];
    return [ticket.output];
  });
}

function theQuestion(entries: readonly Entry[], { step, requestId }: OrderedAnswer): ApprovalTicket {
  const open = openQuestions(entries)
    .filter((one) => step === undefined || one.step === step)
    .filter((one) => requestId === undefined || one.requestId === requestId);
  const [question, ...others] = open;
  if (question === undefined)
    throw new ApprovalRefused('NO_QUESTION', 'nothing waits for an answer in this incident');
  if (others.length === 0) return question;
  const steps = open.map((one) => one.step).join(', ');
  throw new ApprovalRefused('SEVERAL_QUESTIONS', `several guards ask: ${steps}`);
}

/** An answer is given once: one that the run could not read would use it up. */
function answerOf({ decision, by, reason }: OrderedAnswer, requestId: string): ApprovalAnswer {
  const given = { requestId, decision, by, ...(reason === undefined ? {} : { reason }) };
  const answer = v.safeParse(ApprovalAnswerSchema, given);
  if (answer.success) return answer.output;
  throw new ApprovalRefused(
    'BAD_ANSWER',
    'an answer has a name of 1 to 256 characters and a reason of at most 1000',
  );
}

/**
 * Writes a person's answer into the incident's journal, where the waiting run finds it: bound to incident, step and plan,
 * once.
 *
 * @returns the question that was answered
 * @throws ApprovalRefused
 */
export async function answerApproval(order: OrderedAnswer): Promise<ApprovalTicket> {
  const { clock = systemClock } = order;
  const journal = await visitJournal(order.journal, order.incidentId, clock);
  try {
    const question = theQuestion(journal.entries, order);
    if (clock.now().getTime() >= Date.parse(question.expiresAt))
      throw new ApprovalRefused('TOO_LATE', `the time for an answer ended at ${question.expiresAt}`);
    const { requestId, step, planSha256 } = question;
    const body = { ...answerOf(order, requestId), step, planSha256 };
    await journal.append(approvalLedger(requestId), [{ kind: 'approval', body }], ['run', step]);
    return question;
  } catch (error) {
    if (!(error instanceof JournalConflict)) throw error;
    throw new ApprovalRefused('ALREADY_ANSWERED', 'somebody else has just answered');
  } finally {
    await journal.close();
  }
}

/** The answer to a question that lies in the incident's journal; undefined while there is none. */
export async function answerInJournal(
  provider: JournalProvider,
  question: { readonly id: string; readonly incidentId: string },
): Promise<ApprovalAnswer | undefined> {
  const ledger = approvalLedger(question.id);
  const store = await provider.visit(question.incidentId);
  try {
    if (!(await store.ledgers()).includes(ledger)) return undefined;
    const entry = (await store.read()).find((one) => one.ledger === ledger);
    if (entry?.kind !== 'approval') return undefined;
    const { requestId, decision, by, reason } = entry.body;
    const answer = { requestId, decision, by, ...(reason === undefined ? {} : { reason }), at: entry.at };
    return v.parse(ApprovalAnswerSchema, answer);
  } finally {
    await store.close?.();
  }
}
