import { crashHere, runProcess, SimulatedCrash } from '@cordon/testkit';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { defineGuard } from '../../src/engine/guard.js';
import { IncidentPipeline } from '../../src/engine/pipeline.js';
import { defineStep } from '../../src/engine/step.js';
import { runIncident } from '../../src/host/run-incident.js';
import { fileJournal } from '../../src/journal/file-journal.js';
import { verifyJournal } from '../../src/journal/verify.js';
import { PROVIDERS, temporaryDirectory } from '../journal/providers.js';
import { begun, capture, pass, whole } from './begun-incident.js';
import { workThrough } from './workers.js';
import { engineWorld, FINDING } from './world.js';

describe('workers, one call at a time', () => {
  it.each(PROVIDERS)('bring an incident to the end that the Node host brings it to: $name', async (kind) => {
    const journal = await kind.make();
    const { incident, worker, clock } = await begun(whole(), { journal });
    expect(await workThrough(whole(), { incident, worker, clock })).toMatchObject({ status: 'closed' });
    expect(await verifyJournal(journal, incident)).toMatchObject({ state: 'whole', problems: [] });
    const node = engineWorld();
    const result = await runIncident(whole(), FINDING, node.options);
    const story = async (provider: typeof journal, id: string) => {
      const entries = await (await provider.visit(id)).read();
      return entries.map(({ ledger, kind: what }) => `${ledger} ${what}`).toSorted();
    };
    expect(await story(journal, incident)).toEqual(await story(node.journal, result.incidentId));
  });

  it('do one thing at a time, and tell when to come back', async () => {
    const world = await begun(whole());
    const { act } = world;
    expect(await act('capture')).toMatchObject({ status: 'gated', seconds: 10 });
    expect(await act('isolate')).toMatchObject({ status: 'gated', seconds: 1 });
    expect(await act('guard.yes')).toMatchObject({ status: 'settled', seconds: 0 });
    expect(await act('isolate')).toMatchObject({ status: 'settled' });
    expect(await act('capture')).toMatchObject({ status: 'waiting', seconds: 60 });
    expect(await act('capture')).toMatchObject({ status: 'waiting', seconds: 60 });
    await pass(world, 60);
    expect(await act('capture')).toMatchObject({ status: 'waiting', seconds: 60 });
    expect(await act('analyse')).toMatchObject({ status: 'gated' });
    expect(await world.worker.finish({ incident: world.incident })).toMatchObject({
      status: 'gated',
      step: 'run',
    });
  });

  it('answer with the last hash of the ledger that they wrote', async () => {
    const { act, journal, incident } = await begun(whole());
    const entries = async () => (await journal.visit(incident)).read();
    const opened = (await entries()).at(0)?.hash;
    expect((await act('isolate')).head).toBe(opened);
    const { head } = await act('guard.yes');
    expect(head).toBe((await entries()).findLast(({ ledger }) => ledger === 'guard.yes')?.hash);
  });

  it('look at an old ticket more and more rarely, and never past the timeout', async () => {
    const long = IncidentPipeline.create('t').use(capture(Number.POSITIVE_INFINITY, 0));
    const world = await begun(long);
    const pauses: number[] = [];
    for (
      let done = await world.act('capture');
      done.status === 'waiting';
      done = await world.act('capture')
    ) {
      pauses.push(done.seconds);
      await pass(world, done.seconds);
    }
    expect(pauses.slice(0, 4)).toEqual([0, 10, 10, 10]);
    expect(Math.max(...pauses)).toBe(900);
    expect(pauses.length).toBeLessThan(200);
    expect(pauses.reduce((sum, one) => sum + one)).toBe(20 * 3600);
  });

  it('ask a guard that waits for a person once a minute, however long it takes', async () => {
    const asking = defineGuard({
      id: 'guard.ask',
      title: 'Asks',
      onFailure: 'refuse',
      timeout: { hours: 12 },
      ticket: v.string(),
      check: async (ctx) => ctx.waiting('asked', { seconds: 5 }),
    });
    const world = await begun(IncidentPipeline.create('t').use(asking));
    await world.act('guard.ask');
    await pass(world, 8 * 3600);
    expect(await world.act('guard.ask')).toMatchObject({ status: 'waiting', seconds: 60 });
  });

  it('wait a moment where the steps before are under way, and no longer', async () => {
    const world = await begun(whole(), { patience: { seconds: 5 } });
    const began = world.clock.now().getTime();
    const [, contained] = await Promise.all([world.act('guard.yes'), world.act('isolate')]);
    expect(contained.status).toBe('settled');
    expect(await world.act('analyse')).toMatchObject({ status: 'gated' });
    expect(world.clock.now().getTime() - began).toBeLessThan(8_000);
  });

  it('tell those who come late that all is over', async () => {
    const world = await begun(whole());
    await workThrough(whole(), world);
    expect(await world.act('capture')).toMatchObject({ status: 'closed', seconds: 0 });
    expect(await world.worker.finish({ incident: world.incident })).toMatchObject({ status: 'closed' });
  });

  it('tell a step what their process has, and nothing where nobody knows', async () => {
    const seen: unknown[] = [];
    const asks = (id: string) =>
      defineStep({
        id,
        title: 'Asks what it has',
        phase: 'examine',
        provides: [],
        async start(ctx) {
          seen.push(ctx.limits);
          return ctx.done({});
        },
      });
    const world = await begun(IncidentPipeline.create('t').use(asks('one')).use(asks('other')));
    const until = new Date(world.clock.now().getTime() + 20_000);
    const order = { incident: world.incident, step: 'one', until, memoryBytes: 2 ** 31 };
    await world.worker.act(order);
    await world.act('other');
    expect(seen).toEqual([{ endsAt: until, memoryBytes: 2 ** 31 }, {}]);
  });

  it('cut a call short where their process ends, and recover what it made', async () => {
    let recovered = 0;
    const slow = defineStep({
      id: 'slow',
      title: 'Takes its time',
      phase: 'examine',
      provides: [],
      async start(ctx) {
        await ctx.sleep({ seconds: 50 });
        return ctx.done({});
      },
      async recover(ctx) {
        recovered += 1;
        return ctx.done({});
      },
    });
    const world = await begun(IncidentPipeline.create('t').use(slow));
    const until = new Date(world.clock.now().getTime() + 20_000);
    const done = await world.act('slow', until);
    expect(world.clock.now()).toEqual(until);
    expect(done).toMatchObject({ status: 'waiting' });
    await pass(world, done.seconds);
    expect(await world.act('slow')).toMatchObject({ status: 'settled' });
    expect(recovered).toBe(1);
  });

  it('take turns where a journal has one writer at a time', async () => {
    const journal = fileJournal({ directory: await temporaryDirectory() });
    const { act, worker, incident } = await begun(whole(), { journal });
    await act('guard.yes');
    const both = await Promise.all([act('isolate'), act('isolate'), worker.finish({ incident })]);
    const late = both.filter(
      ({ status, seconds, head }) => status === 'waiting' && seconds === 1 && head === '',
    );
    expect(late).toHaveLength(2);
  });
});

describe('a step whose workers die each time', () => {
  it('is lost, and the report is still written', async () => {
    const world = await begun(whole());
    const { incident, worker, clock } = world;
    for (const step of ['guard.yes', 'isolate', 'capture']) await world.act(step);
    const lost = await worker.hostLost({ incident, step: 'capture', cause: 'Sandbox.Timedout\u001b[2J' });
    expect(lost).toMatchObject({ status: 'settled' });
    await workThrough(whole(), { incident, worker, clock });
    const entries = await (await world.journal.visit(incident)).read();
    const failed = entries.find(({ kind }) => kind === 'failed');
    expect(failed).toMatchObject({ ledger: 'capture', body: { failure: { code: 'HOST_LOST' } } });
    const message = failed?.kind === 'failed' ? failed.body.failure.message : '';
    expect(message).toContain('Sandbox.Timedout');
    expect(message).not.toContain('\u001b');
    const closed = entries.find(({ kind }) => kind === 'closed');
    expect(closed?.body).toMatchObject({ outcome: 'incomplete' });
    expect(entries.some(({ ledger, kind }) => ledger === 'report' && kind === 'succeeded')).toBe(true);
    expect(await verifyJournal(world.journal, incident)).toMatchObject({ state: 'whole' });
  });

  it('is taken up in time where one of them has died, however little time it has', async () => {
    const calls: string[] = [];
    const dieOnce = (id: string) => {
      calls.push(id);
      return calls.filter((one) => one === id).length === 1 ? crashHere('killed') : undefined;
    };
    const guard = defineGuard({
      id: 'guard.dies',
      title: 'Says yes',
      onFailure: 'refuse',
      check: async (ctx) => (await dieOnce('guard.dies')) ?? ctx.allow('yes'),
    });
    const protect = defineStep({
      id: 'protect.dies',
      title: 'Protects',
      phase: 'protect',
      provides: [],
      start: async (ctx) => (await dieOnce('protect.dies')) ?? ctx.done({}),
    });
    const of = IncidentPipeline.create('t').use(guard).use(protect);
    const world = await begun(of);
    for (const step of ['guard.dies', 'protect.dies']) {
      await expect(runProcess(() => world.act(step))).rejects.toBeInstanceOf(SimulatedCrash);
      const { seconds } = await world.act(step);
      await pass(world, seconds);
      expect(await world.act(step)).toMatchObject({ status: 'settled' });
    }
    const entries = await (await world.journal.visit(world.incident)).read();
    expect(entries.filter(({ kind }) => kind === 'failed')).toEqual([]);
    expect(calls).toEqual(['guard.dies', 'guard.dies', 'protect.dies', 'protect.dies']);
  });

  it('stays what it was when it had settled', async () => {
    const { act, worker, incident, journal } = await begun(whole());
    await act('guard.yes');
    await worker.hostLost({ incident, step: 'guard.yes' });
    const entries = await (await journal.visit(incident)).read();
    expect(entries.filter(({ kind }) => kind === 'failed')).toEqual([]);
  });
});
