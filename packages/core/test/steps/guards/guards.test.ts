import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/engine/finding.js';
import { IncidentPipeline } from '../../../src/engine/pipeline.js';
import { defineStep } from '../../../src/engine/step.js';
import { runIncident } from '../../../src/host/run-incident.js';
import type { ApprovalAnswer, ApprovalRequest } from '../../../src/steps/guards/approval.js';
import { approvalGuard } from '../../../src/steps/guards/approval-guard.js';
import { ownBlastRadius } from '../../../src/steps/guards/blast-radius.js';
import { blastRadiusGuard } from '../../../src/steps/guards/blast-radius-guard.js';
import { capGuard, capReasons } from '../../../src/steps/guards/cap-guard.js';
import { exemptionGuard } from '../../../src/steps/guards/exemption-guard.js';
import { sampleGuard } from '../../../src/steps/guards/sample-guard.js';
import { FINDING, GROUP, INSTANCE, SUBNET, type SuspectWorld, suspectWorld } from '../world/suspect-world.js';

const contained = defineStep({
  id: 'contain',
  title: 'Contains',
  phase: 'contain',
  provides: [],
  start: async (ctx) => ctx.done({}),
});

type AnyGuard = ReturnType<typeof sampleGuard>;

async function verdict(guard: AnyGuard, world: SuspectWorld, finding: Finding = FINDING) {
  const result = await runIncident(
    IncidentPipeline.create('t').use(guard).use(contained),
    finding,
    world.options,
  );
  if (result.status !== 'closed') throw new Error('joined');
  return { outcome: result.outcome, contain: result.steps.find(({ id }) => id === 'contain')?.status };
}

const YES = { outcome: 'complete', contain: 'succeeded' };
const NO = { outcome: 'refused', contain: 'skipped' };

describe('the sample guard', () => {
  it('lets a real finding pass and stops a sample', async () => {
    expect(await verdict(sampleGuard(), suspectWorld())).toEqual(YES);
    expect(await verdict(sampleGuard(), suspectWorld(), { ...FINDING, sample: true })).toEqual(NO);
  });
});

describe('the exemption guard', () => {
  it.each([
    [{ instances: [INSTANCE] }],
    [{ accounts: ['111122223333'] }],
    [{ arns: [`arn:aws:ec2:eu-west-1:111122223333:instance/${INSTANCE}`] }],
    [{ arns: ['arn:aws:ec2:eu-west-1:111122223333:*'] }],
  ])('stops at %j', async (exemptions) => {
    expect(await verdict(exemptionGuard(exemptions) as never, suspectWorld())).toEqual(NO);
  });

  it.each([
    [{}],
    [{ instances: [`${INSTANCE}0`] }],
    [{ arns: ['arn:aws:ec2:eu-west-1:111122223333:instance/i-0f3a'] }],
    [{ arns: ['arn:aws:ec2:us-east-1:*'] }],
  ])('lets pass what %j does not name', async (exemptions) => {
    expect(await verdict(exemptionGuard(exemptions) as never, suspectWorld())).toEqual(YES);
  });
});

describe('the approval guard', () => {
  const asks = (answers: (request: ApprovalRequest, nth: number) => ApprovalAnswer | undefined) => {
    const requests: ApprovalRequest[] = [];
    const ask = async (request: ApprovalRequest) => answers(request, requests.push(request));
    return { ask, requests };
  };
  const guardOf = (ask: ReturnType<typeof asks>['ask'], onExpiry: 'allow' | 'refuse' = 'refuse') =>
    approvalGuard({ ask, deadline: { minutes: 30 }, onExpiry }) as never;

  it.each([
    ['yes', YES],
    ['no', NO],
  ] as const)('does as a person says: %s', async (decision, expected) => {
    const { ask } = asks(({ id }, nth) => (nth < 5 ? undefined : { requestId: id, decision, by: 'alice' }));
    expect(await verdict(guardOf(ask), suspectWorld())).toEqual(expected);
  });

  it.each([
    ['allow', YES],
    ['refuse', NO],
  ] as const)('takes the configured answer when nobody answers in time: %s', async (onExpiry, expected) => {
    const { ask, requests } = asks(() => undefined);
    const world = suspectWorld();
    const began = world.world.now().getTime();
    expect(await verdict(guardOf(ask, onExpiry), world)).toEqual(expected);
    expect(world.world.now().getTime() - began).toBeGreaterThanOrEqual(30 * 60_000);
    expect(new Set(requests.map(({ id }) => id)).size).toBe(1);
  });

  it('ignores an answer to another question', async () => {
    const { ask } = asks(() => ({ requestId: 'another', decision: 'yes', by: 'mallory' }));
    expect(await verdict(guardOf(ask), suspectWorld())).toEqual(NO);
  });

  it('counts as configured when nobody can be asked', async () => {
    const ask = () => Promise.reject(new Error('the chat is down'));
    expect(await verdict(guardOf(ask, 'allow'), suspectWorld())).toMatchObject({ contain: 'succeeded' });
    expect(await verdict(guardOf(ask, 'refuse'), suspectWorld())).toEqual(NO);
  });
});

describe('the blast-radius guard', () => {
  const refusing = () => blastRadiusGuard({ onHit: 'refuse' }) as never;

  it('lets an ordinary instance pass', async () => {
    expect(await verdict(refusing(), suspectWorld())).toEqual(YES);
  });

  it('stops before a router', async () => {
    const instance = {
      interfaces: [{ subnetId: SUBNET, groups: [GROUP], sourceDestCheck: false }],
    } as const;
    expect(await verdict(refusing(), suspectWorld({ instance }))).toEqual(NO);
  });

  it('stops before what a service operates', async () => {
    expect(await verdict(refusing(), suspectWorld({ instance: { operator: 'eks.amazonaws.com' } }))).toEqual(
      NO,
    );
  });

  it('asks a person when it is told to', async () => {
    const ask = async ({ id, reasons }: ApprovalRequest): Promise<ApprovalAnswer> => ({
      requestId: id,
      decision: reasons.some((reason) => reason.includes('eks')) ? 'yes' : 'no',
      by: 'alice',
    });
    const guard = blastRadiusGuard({ onHit: { ask, deadline: { minutes: 5 }, onExpiry: 'refuse' } });
    expect(
      await verdict(guard as never, suspectWorld({ instance: { operator: 'eks.amazonaws.com' } })),
    ).toEqual(YES);
  });

  it('believes only the tags that AWS alone may write', () => {
    const tagged = (Key: string) => ownBlastRadius({ Tags: [{ Key, Value: 'x' }] }, undefined);
    expect(tagged('eks:cluster-name')).toEqual([]);
    expect(tagged('aws:eks:cluster-name')).toHaveLength(1);
  });
});

describe('the cap', () => {
  const past = (count: number, group?: string) =>
    Array.from({ length: count }, (_, index) => ({
      incidentId: `inc-past-${index}`,
      suspect: FINDING.suspect,
      at: '2026-11-24T05:30:00.000Z',
      ...(group === undefined ? {} : { autoScalingGroup: group }),
    }));
  const guardOf = (made: ReturnType<typeof past>, ask: (request: ApprovalRequest) => Promise<undefined>) =>
    capGuard({
      most: 3,
      within: { hours: 1 },
      past: async () => made,
      approval: { ask, deadline: { minutes: 5 }, onExpiry: 'refuse' },
    }) as never;
  const nobody = async () => undefined;

  it('lets pass what is under it', async () => {
    expect(await verdict(guardOf(past(2), nobody), suspectWorld())).toEqual(YES);
  });

  it('asks over it, and drops nothing by itself', async () => {
    const asked: ApprovalRequest[] = [];
    const ask = async (request: ApprovalRequest) => void asked.push(request);
    expect(await verdict(guardOf(past(3), ask), suspectWorld())).toEqual(NO);
    expect(asked[0]?.reasons).toEqual([expect.stringContaining('3 containments')]);
  });

  it('asks for the second instance of a group within an hour', () => {
    const now = { at: new Date('2026-11-24T06:00:00Z'), most: 10 };
    expect(capReasons(past(1, 'shop'), { ...now, autoScalingGroup: 'shop' })).toHaveLength(1);
    expect(capReasons(past(1, 'shop'), { ...now, autoScalingGroup: 'other' })).toEqual([]);
    expect(capReasons(past(1), { ...now, autoScalingGroup: undefined })).toEqual([]);
    const late = { ...now, at: new Date('2026-11-24T07:00:00Z') };
    expect(capReasons(past(1, 'shop'), { ...late, autoScalingGroup: 'shop' })).toEqual([]);
  });
});
