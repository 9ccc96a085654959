import { addFinding } from '@cordon/testkit';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/engine/finding.js';
import { manualFinding } from '../../../src/findings/manual.js';
import { parseFindings } from '../../../src/findings/parse-findings.js';
import type { ApprovalRequest } from '../../../src/steps/guards/approval.js';
import { confirmFindingGuard } from '../../../src/steps/guards/confirm-finding-guard.js';
import { changed, fixture } from '../../findings/fixture.js';
import { judge, NO, reasonOf, YES } from '../world/guard-verdict.js';
import { INSTANCE, REGION, SUSPECT, type SuspectOptions, suspectWorld } from '../world/suspect-world.js';

const C2 = 'c2-activity.eventbridge';
const detailOf = (event: unknown) => (event as { readonly detail: object }).detail; // An EventBridge event has one.

function parsed(event: unknown): Finding {
  const [finding] = parseFindings(event).findings;
  if (finding === undefined) throw new Error('no finding');
  return finding;
}

const sent = parsed(fixture(C2));

/** A world whose GuardDuty holds `own`; the instance has been there for months. */
function worldWith(own: unknown, { instance, ...options }: SuspectOptions = {}) {
  const launchTime = new Date('2026-09-02T08:11:04Z');
  const world = suspectWorld({ ...options, instance: { launchTime, ...instance } });
  if (own !== undefined) addFinding(world.region, detailOf(own));
  return world;
}

describe('the guard that asks GuardDuty', () => {
  it('lets pass what GuardDuty has itself', async () => {
    const { verdict } = await judge(confirmFindingGuard(), worldWith(fixture(C2)), { finding: sent });
    expect(verdict).toEqual(YES);
  });

  it("goes on with GuardDuty's finding, and not with what was sent", async () => {
    const world = worldWith(fixture(C2));
    const forged = {
      ...sent,
      severity: 10,
      title: 'forged',
      remote: { addresses: [], domains: [], ports: [] },
    };
    const { facts, incidentId } = await judge(confirmFindingGuard(), world, { finding: forged });
    expect(facts['finding']).toEqual(sent);
    expect(await world.notices(incidentId)).toEqual(['FINDING_DIFFERS']);
  });

  it('refuses a message with a severity that GuardDuty does not know of', async () => {
    const world = worldWith(changed(C2, 'detail.severity', 2));
    const { incidentId, verdict } = await judge(confirmFindingGuard(), world, { finding: sent });
    expect(verdict).toEqual(NO);
    expect(await reasonOf(world, incidentId)).toContain('severity 2 is under 7');
  });

  it.each<[string, () => ReturnType<typeof suspectWorld>]>([
    [
      'GuardDuty has no such finding',
      () => worldWith(changed(C2, 'detail.id', 'ffffffffffffffffffffffffffffffff')),
    ],
    [
      'GuardDuty has it about another instance',
      () => worldWith(changed(C2, 'detail.resource.instanceDetails.instanceId', 'i-0aaaaaaaaaaaaaaaa')),
    ],
    [
      'there is no such instance in its account and region',
      () => worldWith(fixture(C2), { instance: { id: 'i-0aaaaaaaaaaaaaaaa' } }),
    ],
    [
      'the instance is younger than what was last seen',
      () => worldWith(fixture(C2), { instance: { launchTime: new Date('2026-11-20T03:26:08Z') } }),
    ],
  ])('refuses with FINDING_DOES_NOT_MATCH when %s, and snapshots go on', async (_, makeWorld) => {
    const world = makeWorld();
    const { incidentId, verdict } = await judge(confirmFindingGuard(), world, { finding: sent });
    expect(verdict).toEqual(NO);
    expect(await reasonOf(world, incidentId)).toContain('FINDING_DOES_NOT_MATCH');
  });

  it('counts as configured when GuardDuty cannot be asked', async () => {
    const unknownDetector = () => judge(confirmFindingGuard(), worldWith(undefined), { finding: sent });
    expect((await unknownDetector()).verdict).toEqual(NO);
    const allowing = confirmFindingGuard({ onFailure: 'allow' });
    const { verdict } = await judge(allowing, worldWith(undefined), { finding: sent });
    expect(verdict).toMatchObject({ contain: 'succeeded' });
  });

  it('asks a person, where one is named, when GuardDuty cannot be asked; never about a mismatch', async () => {
    const asked: ApprovalRequest[] = [];
    const ask = async (request: ApprovalRequest) => {
      asked.push(request);
      return { requestId: request.id, decision: 'yes' as const, by: 'ada' };
    };
    const onFailure = { ask, deadline: { minutes: 5 }, onExpiry: 'refuse' } as const;
    const asking = () => confirmFindingGuard({ onFailure });
    expect((await judge(asking(), worldWith(undefined), { finding: sent })).verdict).toEqual(YES);
    expect(asked[0]?.reasons).toEqual(['the finding cannot be confirmed: BadRequestException']);
    const another = changed(C2, 'detail.id', 'ffffffffffffffffffffffffffffffff');
    expect((await judge(asking(), worldWith(another), { finding: sent })).verdict).toEqual(NO);
    expect(asked).toHaveLength(1);
  });

  it("takes a person's word, if the instance is there", async () => {
    const suspicion = { account: SUSPECT, region: REGION, reason: 'talks to a C2', severity: 1 };
    const there = manualFinding({ ...suspicion, instanceId: INSTANCE });
    expect((await judge(confirmFindingGuard(), worldWith(undefined), { finding: there })).verdict).toEqual(
      YES,
    );
    const nowhere = manualFinding({ ...suspicion, instanceId: 'i-0aaaaaaaaaaaaaaaa' });
    expect((await judge(confirmFindingGuard(), worldWith(undefined), { finding: nowhere })).verdict).toEqual(
      NO,
    );
  });
});
