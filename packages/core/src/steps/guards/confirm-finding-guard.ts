import { CONFIRM_FINDING_ACTIONS, confirmFinding } from '../../aws/confirm-finding.js';
import { StepFailure } from '../../engine/failure.js';
import type { Finding } from '../../engine/finding.js';
import { defineGuard, type GuardContext } from '../../engine/guard.js';
import type { GuardDefault } from '../../engine/step.js';
import { type FindingFilterOptions, findingFilter } from '../../findings/filter.js';
import { asFailure } from '../calls/failures.js';
import {
  type ApprovalOptions,
  type ApprovalTicket,
  ApprovalTicketSchema,
  approvalTicket,
  askForApproval,
} from './approval.js';
import { guardTimeout } from './approval-guard.js';

export interface ConfirmFindingOptions {
  /** What GuardDuty's own finding must be to count, as where the sent one was accepted. Default: severity 7 and more. */
  readonly filter?: FindingFilterOptions;
  /**
   * What counts when GuardDuty or EC2 cannot be asked, or whom to ask instead. Default `refuse`: whoever sent it may have
   * seen to that.
   */
  readonly onFailure?: GuardDefault | ApprovalOptions;
}

const DECISIVE = ['type', 'severity', 'sample', 'resourceRole', 'lastSeen'] as const;

/** What was sent and what the detector has, where it matters; in words for the journal. */
function differences(sent: Finding, own: Finding): readonly string[] {
  return DECISIVE.filter((name) => sent[name] !== own[name]).map(
    (name) => `${name}: sent ${JSON.stringify(sent[name])}, GuardDuty has ${JSON.stringify(own[name])}`,
  );
}

type Context = GuardContext<ApprovalTicket>;

/** The detector's own finding; a failure when there is none like it, or when it will not say. */
async function asked(ctx: Context, sent: Finding): Promise<Finding | StepFailure> {
  try {
    return await confirmFinding(ctx.suspectAccount, sent);
  } catch (error) {
    const failure = asFailure(error);
    if (failure.kind === 'permanent') return failure;
    throw error;
  }
}

/** A mismatch is an answer; a detector that cannot be asked is none. */
function withoutFinding(ctx: Context, failure: StepFailure, approval: ApprovalOptions | undefined) {
  if (failure.code === 'FINDING_DOES_NOT_MATCH') return ctx.refuse(`${failure.code}: ${failure.message}`);
  if (approval === undefined) throw failure;
  const reasons = [`the finding cannot be confirmed: ${failure.code}`];
  const question = { step: 'guard.confirm-finding', reasons };
  return askForApproval(ctx, approvalTicket(ctx, question, approval), approval);
}

/**
 * For findings that did not come from EventBridge itself (webhooks, SNS, queues, files): asks GuardDuty for its own, and
 * EC2 whether such an instance was there when it was seen. GuardDuty's finding decides, and counts for everything that
 * follows; what was sent is on record in the opening. A forged message would else switch a production host off.
 */
export function confirmFindingGuard(options: ConfirmFindingOptions = {}) {
  const { filter = { minimumSeverity: 7 }, onFailure = 'refuse' } = options;
  const accepts = findingFilter(filter);
  const approval = typeof onFailure === 'string' ? undefined : onFailure;
  return defineGuard({
    id: 'guard.confirm-finding',
    title: 'Asks GuardDuty whether the finding is its own, and goes by what it has',
    onFailure: typeof onFailure === 'string' ? onFailure : onFailure.onExpiry,
    actions: { suspect: [...CONFIRM_FINDING_ACTIONS] },
    timeout: approval === undefined ? { seconds: 30 } : guardTimeout(approval.deadline),
    ticket: ApprovalTicketSchema,
    async check(ctx, { finding: sent }, ticket) {
      if (ticket !== undefined && approval !== undefined) return askForApproval(ctx, ticket, approval);
      const own = await asked(ctx, sent);
      if (own instanceof StepFailure) return withoutFinding(ctx, own, approval);
      for (const difference of differences(sent, own)) ctx.notice('FINDING_DIFFERS', difference);
      const answer = own.source === 'manual' ? ({ accepted: true } as const) : accepts(own);
      if (!answer.accepted) return ctx.refuse(`what GuardDuty has is not accepted: ${answer.reason}`);
      return ctx.allow('GuardDuty has it, and the instance was there', { finding: own });
    },
  });
}
