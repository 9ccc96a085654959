import { type Duration, milliseconds } from '../../engine/duration.js';
import { defineGuard } from '../../engine/guard.js';
import { type ApprovalOptions, ApprovalTicketSchema, approvalTicket, askForApproval } from './approval.js';

/** The guard outlives its question a little, so that the question's own default answer counts. */
export function guardTimeout(deadline: Duration): Duration {
  return { seconds: milliseconds(deadline) / 1000 + 120 };
}

/** Waits for a person's yes before anything touches the suspect. What is harmless goes on meanwhile. */
export function approvalGuard(options: ApprovalOptions) {
  return defineGuard({
    id: 'guard.approval',
    title: 'Waits for a person to say yes',
    onFailure: options.onExpiry,
    timeout: guardTimeout(options.deadline),
    ticket: ApprovalTicketSchema,
    check(ctx, _facts, ticket) {
      const question = { step: 'guard.approval', reasons: ['containment always needs a yes here'] };
      const asked = ticket ?? approvalTicket(ctx, question, options);
      return askForApproval(ctx, asked, options);
    },
  });
}
