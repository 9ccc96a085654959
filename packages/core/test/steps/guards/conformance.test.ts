import { addFinding, assertStepConforms, type CompromisedWebServer, type Judged } from '@cordon/testkit';
import { describe, expect, it } from 'vitest';
import { memoryJournal } from '../../../src/journal/memory-journal.js';
import type { ApprovalRequest } from '../../../src/steps/guards/approval.js';
import { approvalGuard } from '../../../src/steps/guards/approval-guard.js';
import { blastRadiusGuard } from '../../../src/steps/guards/blast-radius-guard.js';
import { capGuard } from '../../../src/steps/guards/cap-guard.js';
import { confirmFindingGuard } from '../../../src/steps/guards/confirm-finding-guard.js';
import { exemptionGuard } from '../../../src/steps/guards/exemption-guard.js';
import { containmentsInJournal } from '../../../src/steps/guards/past-containments.js';
import { inspect } from '../../../src/steps/inspect/inspect.js';

const yes = async ({ id }: ApprovalRequest) => ({ requestId: id, decision: 'yes' as const, by: 'ada' });
const approval = { ask: yes, deadline: { minutes: 5 }, onExpiry: 'refuse' } as const;
const past = containmentsInJournal(memoryJournal());

const GUARDS: readonly (readonly [string, Judged])[] = [
  ['guard.approval', approvalGuard(approval)],
  ['guard.blast-radius', blastRadiusGuard({ onHit: approval })],
  ['guard.cap', capGuard({ most: 3, within: { hours: 1 }, past, approval })],
  ['guard.confirm-finding', confirmFindingGuard()],
  ['guard.exemption', exemptionGuard({ accounts: ['222233334444'] })],
];

/** GuardDuty has what EventBridge has sent. */
const prepare = ({ suspectRegion, finding }: CompromisedWebServer) =>
  addFinding(suspectRegion, finding.detail);

describe('a guard of Cordon', () => {
  it.each(GUARDS)('conforms to the contract of steps: %s', async (_, guard) => {
    await expect(
      assertStepConforms(guard, { vendor: 'cordon', before: [inspect()], prepare }),
    ).resolves.toBeDefined();
  });
});
