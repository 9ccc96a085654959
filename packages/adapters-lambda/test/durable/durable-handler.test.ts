import {
  type AnyPipeline,
  beginIncident,
  defineGuard,
  definePolledStep,
  defineStep,
  IncidentPipeline,
  type JournalProvider,
  memoryJournal,
  verifyJournal,
} from '@cordon/core';
import * as v from 'valibot';
import { describe, expect, it, onTestFinished } from 'vitest';
import { bounded, MAX_PAYLOAD_BYTES } from '../../src/durable/answer.js';
import { durableHandler } from '../../src/durable/index.js';
import { DurableService } from './durable-service.js';
import { FINDING, quietWorld, slowPipeline } from './quiet-world.js';
import { virtualTimers } from './virtual-timers.js';

async function begun(pipeline: AnyPipeline) {
  const { environment, clock } = quietWorld();
  onTestFinished(virtualTimers(clock));
  const journal = memoryJournal();
  const decision = await beginIncident(pipeline, FINDING, { journal, environment });
  if (decision.do !== 'start') throw new Error(decision.because);
  const { incidentId: incident } = decision;
  const execute = (given: JournalProvider = journal) =>
    new DurableService(clock).execute(durableHandler(pipeline, { journal: given, environment }), {
      incident,
    });
  const entries = async () => (await journal.visit(incident)).read();
  return { incident, clock, journal, environment, execute, entries };
}

function quick<const Id extends string>(id: Id, phase: 'protect' | 'contain' | 'report') {
  return defineStep({ id, title: id, phase, provides: [], start: async (ctx) => ctx.done({}) });
}

describe('durableHandler', () => {
  it('tells the story of the journal, and is a witness of it', async () => {
    const { incident, execute, journal, entries } = await begun(slowPipeline());
    const end = await execute();
    expect(end).toMatchObject({ status: 'SUCCEEDED', result: { incident, status: 'closed' } });
    expect(await verifyJournal(journal, incident)).toMatchObject({ state: 'whole', problems: [] });
    const all = await entries();
    const headOf = (of: string) => all.findLast(({ ledger }) => ledger === of)?.hash;
    const heads = Object.fromEntries(slowPipeline().steps.map(({ step: { id } }) => [id, headOf(id)]));
    expect(end.result).toMatchObject({ head: headOf('run'), heads });
  });

  it('needs two operations for a step, however long that takes', async () => {
    const { execute } = await begun(slowPipeline());
    const { operations, invocations } = await execute();
    // The execution, the plan, the end.
    expect(operations).toHaveLength(2 * slowPipeline().steps.length + 3);
    expect(invocations).toBeGreaterThan(5);
  });

  it('starts lanes in the order of the plan, each when those before it are settled', async () => {
    const { execute, entries } = await begun(slowPipeline());
    const { operations } = await execute();
    const contexts = operations.filter(({ Type }) => Type === 'CONTEXT').map(({ Name }) => Name);
    expect(contexts).toEqual(slowPipeline().steps.map(({ step }) => step.id));
    const all = await entries();
    const at = (ledger: string, kind: string) =>
      Date.parse(all.find((entry) => entry.ledger === ledger && entry.kind === kind)?.at ?? '');
    // The short one is over long before the long one, and not waited for by anybody but the report.
    expect(at('snapshots', 'succeeded') - at('triage', 'succeeded')).toBeGreaterThan(20 * 60_000);
    expect(at('report', 'intent')).toBeGreaterThanOrEqual(at('snapshots', 'succeeded'));
  });

  it('does not hold containment up for what is late in protect', async () => {
    const late = definePolledStep({
      id: 'late',
      title: 'late',
      phase: 'protect',
      provides: [],
      timeout: { hours: 1 },
      ticket: v.string(),
      start: async (ctx) => ctx.waiting('t', { seconds: 1_200 }),
      poll: async (ctx) => ctx.done({}),
    });
    const guard = defineGuard({
      id: 'guard.slow',
      title: 'thinks',
      onFailure: 'refuse',
      async check(ctx) {
        await ctx.sleep({ seconds: 9 });
        return ctx.allow('yes');
      },
    });
    const pipeline = IncidentPipeline.create('p').use(guard).use(late).use(quick('isolate', 'contain'));
    const { execute, entries, clock } = await begun(pipeline);
    const openedAt = clock.now().getTime();
    await execute();
    const isolated = (await entries()).find(({ ledger }) => ledger === 'isolate');
    const after = (Date.parse(isolated?.at ?? '') - openedAt) / 1000;
    expect(after).toBeGreaterThanOrEqual(9);
    expect(after).toBeLessThan(45);
  });

  it('asks again where the journal cannot be reached for a while', async () => {
    const { execute, journal, incident } = await begun(slowPipeline());
    let asked = 0;
    let refused = 0;
    const flaky = async (id: string) => {
      asked += 1;
      if (asked % 3 > 0) return journal.visit(id);
      refused += 1;
      throw new Error('connect ETIMEDOUT');
    };
    expect(await execute({ ...journal, visit: flaky, share: flaky })).toMatchObject({ status: 'SUCCEEDED' });
    expect(refused).toBeGreaterThan(5);
    expect(await verifyJournal(journal, incident)).toMatchObject({ state: 'whole' });
  });

  it('fails, and leaves the incident open, where nobody could go on', async () => {
    const { execute, journal, incident } = await begun(slowPipeline());
    const share = async (id: string) => {
      const store = await journal.visit(id);
      const forged = async () => (await store.read()).map((entry) => ({ ...entry, hash: 'f'.repeat(64) }));
      return { ...store, read: forged };
    };
    const end = await execute({ ...journal, share });
    expect(end).toMatchObject({ status: 'FAILED', error: expect.stringContaining(`${incident} stays open`) });
    expect(end.error).toContain('JournalDamaged');
    expect(await verifyJournal(journal, incident)).toMatchObject({ state: 'open' });
  });

  it.each([[{}], [{ incident: '../../x' }], ['inc-1']])('refuses %j', async (event) => {
    const { environment, clock, journal } = await begun(slowPipeline());
    const end = await new DurableService(clock).execute(
      durableHandler(slowPipeline(), { journal, environment }),
      event,
    );
    expect(end.status).toBe('FAILED');
  });

  it('takes no payload that the service would not', () => {
    expect(bounded('it', 'a'.repeat(MAX_PAYLOAD_BYTES - 2))).toHaveLength(MAX_PAYLOAD_BYTES - 2);
    expect(() => bounded('the answer of x', 'ü'.repeat(131_072))).toThrow(
      'the answer of x is 262146 bytes as JSON, 262144 at most',
    );
  });
});
