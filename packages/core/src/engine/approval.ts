import * as v from 'valibot';

const Text = v.pipe(v.string(), v.maxLength(1000));

/**
 * A question that a run waits for, as the ticket of the guard that asks it: whoever can read the journal can put it to a
 * person, whatever host drives the run.
 */
export const ApprovalTicketSchema = v.object({
  /** Of incident, step and plan together: an answer that carries it is for this very question. */
  requestId: v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/)),
  /** Id of the guard. */
  step: v.string(),
  /** Digest of the plan that the answer is for. */
  planSha256: v.string(),
  /** Why a person is asked. Texts in it may be the intruder's. */
  reasons: v.array(v.string()),
  /** ISO 8601, UTC. An answer that comes later does not count. */
  expiresAt: v.string(),
  /** What counts when nobody answers in time. */
  onExpiry: v.picklist(['allow', 'refuse']),
});
export type ApprovalTicket = v.InferOutput<typeof ApprovalTicketSchema>;

/** A person's answer. Counts once, and only for the question whose id it carries. */
export const ApprovalAnswerSchema = v.object({
  requestId: v.string(),
  decision: v.picklist(['yes', 'no']),
  /** Who says so: stands in the journal, and goes to AWS as `SourceIdentity`. */
  by: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(256)),
  reason: v.exactOptional(Text),
  /** When it was given (ISO 8601, UTC), where that is on record: then it counts also if the run was down meanwhile. */
  at: v.exactOptional(v.string()),
});
export type ApprovalAnswer = v.InferOutput<typeof ApprovalAnswerSchema>;

/** The ledger of an answer: one for each question, so that there is one answer. */
export function approvalLedger(requestId: string): string {
  return `approval-${requestId}`;
}
