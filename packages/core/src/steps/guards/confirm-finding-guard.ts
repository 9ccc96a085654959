import { CONFIRM_FINDING_ACTIONS, confirmFinding } from '../../aws/confirm-finding.js';
import { StepFailure } from '../../engine/failure.js';
import type { Finding } from '../../engine/finding.js';
import { defineGuard, type GuardContext } from '../../engine/guard.js';
import type { GuardDefault } from '../../engine/step.js';
import { type FindingFilterOptions, findingFilter } from '../../findings/filter.js';

export interface ConfirmFindingOptions {
  /** What GuardDuty's own finding must be to count, as where the sent one was accepted. Default: severity 7 and more. */
  readonly filter?: FindingFilterOptions;
  /** What counts when GuardDuty or EC2 cannot be asked. Default `refuse`: whoever sent it may have seen to that. */
  readonly onFailure?: GuardDefault;
}

const DECISIVE = ['type', 'severity', 'sample', 'resourceRole', 'lastSeen'] as const;

/** What was sent and what the detector has, where it matters; in words for the journal. */
function differences(sent: Finding, own: Finding): readonly string[] {
  return DECISIVE.filter((name) => sent[name] !== own[name]).map(
    (name) => `${name}: sent ${JSON.stringify(sent[name])}, GuardDuty has ${JSON.stringify(own[name])}`,
  );
}

/** The detector's own finding; undefined, with the reason, when there is none like it. */
async function asked(ctx: GuardContext<never>, sent: Finding): Promise<Finding | StepFailure> {
  try {
    return await confirmFinding(ctx.suspectAccount, sent);
  } catch (error) {
    const mismatch = error instanceof StepFailure && error.code === 'FINDING_DOES_NOT_MATCH';
    if (mismatch) return error;
    throw error;
  }
}

/**
 * For findings that did not come from EventBridge itself (webhooks, SNS, queues, files): asks GuardDuty for its own, and
 * EC2 whether such an instance was there when it was seen. GuardDuty's finding decides, and counts for everything that
 * follows; what was sent is on record in the opening. A forged message would else switch a production host off.
 */
export function confirmFindingGuard(options: ConfirmFindingOptions = {}) {
  const { filter = { minimumSeverity: 7 }, onFailure = 'refuse' } = options;
  const accepts = findingFilter(filter);
  return defineGuard({
    id: 'guard.confirm-finding',
    title: 'Asks GuardDuty whether the finding is its own, and goes by what it has',
    onFailure,
    actions: { suspect: [...CONFIRM_FINDING_ACTIONS] },
    async check(ctx, { finding: sent }) {
      const own = await asked(ctx, sent);
      if (own instanceof StepFailure) return ctx.refuse(`${own.code}: ${own.message}`);
      for (const difference of differences(sent, own)) ctx.notice('FINDING_DIFFERS', difference);
      const answer = own.source === 'manual' ? ({ accepted: true } as const) : accepts(own);
      if (!answer.accepted) return ctx.refuse(`what GuardDuty has is not accepted: ${answer.reason}`);
      return ctx.allow('GuardDuty has it, and the instance was there', { finding: own });
    },
  });
}
