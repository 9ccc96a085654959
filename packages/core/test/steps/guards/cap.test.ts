import { addAutoScalingGroup } from '@cordon/testkit';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/engine/finding.js';
import type { ApprovalRequest } from '../../../src/steps/guards/approval.js';
import { type CapOptions, capGuard, capReasons } from '../../../src/steps/guards/cap-guard.js';
import { exemptionGuard } from '../../../src/steps/guards/exemption-guard.js';
import { containmentsInJournal } from '../../../src/steps/guards/past-containments.js';
import { judge, NO, verdictOf, YES } from '../world/guard-verdict.js';
import { FINDING, GROUP, INSTANCE, SUBNET, suspectWorld } from '../world/suspect-world.js';

const AT = '2026-11-24T05:30:00.000Z';
type Past = Awaited<ReturnType<CapOptions['past']>>;

const past = (count: number, more: Partial<Past[number]> = {}): Past =>
  Array.from({ length: count }, (_, index) => ({
    incidentId: `inc-past-${index}`,
    suspect: FINDING.suspect,
    at: AT,
    ...more,
  }));

function capped(options: Partial<CapOptions> = {}) {
  const asked: ApprovalRequest[] = [];
  const ask = async (request: ApprovalRequest) => void asked.push(request);
  const approval = { ask, deadline: { minutes: 5 }, onExpiry: 'refuse' } as const;
  return {
    asked,
    guard: capGuard({ most: 3, within: { hours: 1 }, past: async () => [], approval, ...options }),
  };
}

describe('the cap', () => {
  const question = { at: new Date('2026-11-24T06:00:00Z'), most: 10, withinMs: 3_600_000, origin: {} };

  it('lets pass what is under it, and asks over it: snapshots go on, nothing is dropped', async () => {
    const world = suspectWorld();
    const now = world.world.now().toISOString();
    expect(await verdictOf(capped({ past: async () => past(2, { at: now }) }).guard, world)).toEqual(YES);
    const { guard, asked } = capped({ past: async () => past(3, { at: now }) });
    expect(await verdictOf(guard, suspectWorld())).toEqual(NO);
    expect(asked[0]).toMatchObject({ step: 'guard.cap', reasons: ['3 containments lately: the cap is 3'] });
  });

  it.each(['autoScalingGroup', 'launchTemplate'] as const)(
    'asks for the second instance of one %s within an hour, however short its own time is',
    (kind) => {
      const short = { ...question, withinMs: 60_000 };
      const twin = past(1, { [kind]: 'shop' });
      expect(capReasons(twin, { ...short, origin: { [kind]: 'shop' } })).toEqual([
        'a second instance of shop within an hour: the image itself is suspect',
      ]);
      expect(capReasons(twin, { ...short, origin: { [kind]: 'other' } })).toEqual([]);
      expect(capReasons(past(1), { ...short, origin: {} })).toEqual([]);
      const late = { ...short, at: new Date('2026-11-24T07:00:00Z'), origin: { [kind]: 'shop' } };
      expect(capReasons(twin, late)).toEqual([]);
    },
  );

  it('asks when the counter cannot be read', async () => {
    const { guard, asked } = capped({ past: () => Promise.reject(new Error('no store')) });
    expect(await verdictOf(guard, suspectWorld())).toEqual(NO);
    expect(asked[0]?.reasons).toEqual(['earlier containments cannot be counted: UNEXPECTED']);
  });

  it('counts only what lies within its time', () => {
    const at = new Date('2026-11-24T06:29:00Z');
    expect(capReasons(past(10), { ...question, at })).toHaveLength(1);
    expect(capReasons(past(10), { ...question, at, withinMs: 60_000 })).toEqual([]);
  });
});

describe('the counter of the cap', () => {
  const onInstance = (digit: number): Finding => ({
    ...FINDING,
    id: `finding-${digit}`,
    suspect: { ...FINDING.suspect, instanceId: `i-0f3a9c51d2b7e846${digit}` },
  });

  it('is the journal that all hosts share: it counts what was contained, not what was refused', async () => {
    const world = suspectWorld();
    const journal = containmentsInJournal(world.journal);
    const count = async () => {
      const openedAt = new Date(world.world.now().getTime() + 1).toISOString();
      return (await journal({ since: new Date(0), incidentId: 'inc-asking', openedAt })).length;
    };
    await judge(exemptionGuard({ instances: [INSTANCE] }), world);
    expect(await count()).toBe(0);
    await judge(exemptionGuard({}), world, { finding: onInstance(1) });
    expect(await count()).toBe(1);
  });

  it('asks for the second instance of a group, whatever host contained the first', async () => {
    const world = suspectWorld();
    const group = { name: 'shop', instanceIds: [INSTANCE], subnetIds: [SUBNET], securityGroups: [GROUP] };
    addAutoScalingGroup(world.region, group);
    const { guard, asked } = capped({ past: containmentsInJournal(world.journal) });
    expect(await verdictOf(guard, world, { inspected: true })).toEqual(YES);
    const finding = { ...FINDING, id: 'another' };
    await world.journal.release(`111122223333-eu-west-1-${INSTANCE}`, (await world.journal.list())[0] ?? '');
    expect(await verdictOf(guard, world, { inspected: true, finding })).toEqual(NO);
    expect(asked[0]?.reasons).toEqual([expect.stringContaining('a second instance of shop')]);
  });

  it('gives incidents that begin together their places one after the other', async () => {
    const world = suspectWorld();
    const { guard } = capped({ most: 2, past: containmentsInJournal(world.journal) });
    const verdicts = await Promise.all(
      [0, 1, 2, 3, 4].map(
        async (digit) => (await judge(guard, world, { finding: onInstance(digit) })).verdict,
      ),
    );
    expect(verdicts.filter(({ contain }) => contain === 'succeeded')).toHaveLength(2);
  });

  it('does not read journals whose names tell that they are older', async () => {
    const world = suspectWorld();
    await world.journal.visit('inc-20200101t0000-00000000').then((store) => store.append('run', [], 0));
    const visits: string[] = [];
    const watched = {
      ...world.journal,
      list: async () => ['inc-20200101t0000-00000000', 'inc-by-hand-1'],
      visit: (id: string) => {
        visits.push(id);
        return world.journal.visit(id);
      },
    };
    const since = new Date('2026-01-01T00:00:00Z');
    await containmentsInJournal(watched)({ since, incidentId: 'inc-asking', openedAt: AT });
    expect(visits).toEqual(['inc-by-hand-1']);
  });
});
