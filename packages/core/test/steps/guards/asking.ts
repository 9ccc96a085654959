import { defineStep } from '../../../src/engine/step.js';
import { answerApproval } from '../../../src/host/approvals.js';
import {
  type ApprovalAnswer,
  type ApprovalOptions,
  type ApprovalRequest,
  askInJournal,
} from '../../../src/steps/guards/approval.js';
import { approvalGuard } from '../../../src/steps/guards/approval-guard.js';
import type { SuspectWorld } from '../world/suspect-world.js';

export type Ask = ApprovalOptions['ask'];

export const containing = defineStep({
  id: 'contain',
  title: 'Contains',
  phase: 'contain',
  provides: [],
  start: async (ctx) => ctx.done({}),
});

/** Asks for half an hour. */
export const guardOf = (ask: Ask, onExpiry: 'allow' | 'refuse' = 'refuse') =>
  approvalGuard({ ask, deadline: { minutes: 30 }, onExpiry });

/** Somebody who answers, or does not, at each look; and what was asked. */
export function asking(answers: (request: ApprovalRequest, nth: number) => ApprovalAnswer | undefined) {
  const requests: ApprovalRequest[] = [];
  const ask: Ask = async (request) => answers(request, requests.push(request));
  return { ask, requests };
}

/** A person who answers in the journal at the nth look. */
export function answering(
  world: SuspectWorld,
  { nth = 3, ...order }: { nth?: number; decision: 'yes' | 'no'; by: string },
) {
  const look = askInJournal(world.journal);
  let looks = 0;
  const refusals: unknown[] = [];
  const ask: Ask = async (request) => {
    looks += 1;
    if (looks === nth) {
      const { incidentId } = request;
      const orders = { journal: world.journal, incidentId, clock: world.world.clock, ...order };
      await answerApproval(orders);
      await answerApproval({ ...orders, decision: 'no', by: 'mallory' }).catch((error) =>
        refusals.push(error.code),
      );
    }
    return look(request);
  };
  return { ask, refusals };
}
