import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import type { JournalProvider } from '../../src/engine/entry.js';
import { StepFailure } from '../../src/engine/failure.js';
import { defineGuard } from '../../src/engine/guard.js';
import { IncidentPipeline } from '../../src/engine/pipeline.js';
import { definePolledStep, defineStep } from '../../src/engine/step.js';
import { retryStep } from '../../src/host/retry-incident.js';
import { runIncident, startIncident } from '../../src/host/run-incident.js';
import { fileJournal } from '../../src/journal/file-journal.js';
import { verifyJournal } from '../../src/journal/verify.js';
import { temporaryDirectory } from '../journal/providers.js';
import { dumpToMend } from './dump-to-mend.js';
import { engineWorld, FINDING } from './world.js';

const ASKED = { incidentId: 'inc-open', approver: 'ada', reason: 'the module is built' };

describe('retryStep of an incident that is open', () => {
  it.each(['memory', 'file'])(
    'has the process that drives it take up the step, and what was skipped for it (%s)',
    async (kind) => {
      const { did, keys, broken, pipeline, world: made } = dumpToMend();
      const journal =
        kind === 'memory' ? made.journal : fileJournal({ directory: await temporaryDirectory() });
      const world = { ...made, journal, options: { ...made.options, journal } };
      const run = startIncident(pipeline, FINDING, { ...world.options, incidentId: 'inc-open' });
      const told: string[] = [];
      run.events.on('entry', ({ ledger, kind }) => told.push(`${ledger} ${kind}`));
      await world.clock.advance(60_000);
      expect(did).toEqual(['dump']);
      broken.dump = false;
      const result = await retryStep(pipeline, { ...world.options, ...ASKED, step: 'dump' });
      expect(result).toMatchObject({ status: 'ordered', reopened: ['analyse', 'dump'] });
      expect(await run.finished).toMatchObject({ status: 'closed', outcome: 'complete' });
      expect(did).toEqual(['dump', 'dump', 'analyse lime', 'report 3']);
      expect(new Set(keys).size).toBe(2);
      expect(told.filter((line) => line.startsWith('order-'))).toEqual([expect.stringMatching(/ order$/)]);
      const verification = await verifyJournal(world.journal, 'inc-open');
      expect(verification).toMatchObject({ state: 'whole', problems: [] });
    },
  );

  it('goes on with the incident itself when nobody drives it', async () => {
    const { did, broken, pipeline, world } = dumpToMend();
    const first = startIncident(pipeline, FINDING, { ...world.options, incidentId: 'inc-open' });
    await world.clock.advance(60_000);
    first.stop();
    await expect(first.finished).rejects.toThrow('stopped');
    broken.dump = false;
    const result = await retryStep(pipeline, { ...world.options, ...ASKED, step: 'dump' });
    expect(result).toMatchObject({ status: 'ran', outcome: 'complete' });
    expect(did).toEqual(['dump', 'dump', 'analyse lime', 'report 3']);
    expect(await verifyJournal(world.journal, 'inc-open')).toMatchObject({ state: 'whole', problems: [] });
  });

  it('gives the step as many attempts as it had', async () => {
    const { pipeline, world, did, broken } = dumpToMend();
    const run = startIncident(pipeline, FINDING, { ...world.options, incidentId: 'inc-open' });
    await world.clock.advance(60_000);
    await retryStep(pipeline, { ...world.options, ...ASKED, step: 'dump' });
    await world.clock.advance(60_000);
    broken.dump = false;
    await retryStep(pipeline, { ...world.options, ...ASKED, step: 'dump' });
    expect(await run.finished).toMatchObject({ outcome: 'complete' });
    expect(did.filter((what) => what === 'dump')).toHaveLength(3);
  });

  it('answers the order once, also when the process dies before it has answered', async () => {
    const { pipeline, world, did, broken } = dumpToMend();
    const dying: JournalProvider = {
      ...world.journal,
      open: async (id) => {
        const store = await world.journal.open(id);
        return {
          ...store,
          append: async (ledger, entries, seq) => {
            if (entries.some(({ kind }) => kind === 'answered')) throw new Error('died');
            await store.append(ledger, entries, seq);
          },
        };
      },
    };
    const first = startIncident(pipeline, FINDING, {
      ...world.options,
      journal: dying,
      incidentId: 'inc-open',
    });
    const dead = expect(first.finished).rejects.toThrow('died');
    await world.clock.advance(60_000);
    broken.dump = false;
    const asked = retryStep(pipeline, { ...world.options, ...ASKED, step: 'dump' });
    await dead;
    const second = runIncident(pipeline, FINDING, { ...world.options, incidentId: 'inc-open' });
    expect(await asked).toMatchObject({ status: 'ordered', reopened: ['dump', 'analyse'] });
    expect(await second).toMatchObject({ status: 'closed', outcome: 'complete' });
    expect(did).toEqual(['dump', 'dump', 'analyse lime', 'report 3']);
    expect(await verifyJournal(world.journal, 'inc-open')).toMatchObject({ state: 'whole', problems: [] });
  });

  it('says no to a step that has succeeded, has not ended or is not there', async () => {
    const { pipeline, world, broken } = dumpToMend();
    broken.dump = false;
    const run = startIncident(pipeline, FINDING, { ...world.options, incidentId: 'inc-open' });
    await world.clock.advance(60_000);
    const retry = (step: string) => retryStep(pipeline, { ...world.options, ...ASKED, step });
    await expect(retry('dump')).rejects.toMatchObject({ code: 'NOT_FAILED' });
    await expect(retry('copy')).rejects.toMatchObject({ code: 'NOT_SETTLED' });
    await expect(retry('nonsense')).rejects.toMatchObject({ code: 'NO_SUCH_STEP' });
    expect(await run.finished).toMatchObject({ outcome: 'complete' });
    expect(await verifyJournal(world.journal, 'inc-open')).toMatchObject({ state: 'whole', problems: [] });
  });

  it('wants somebody who answers for it', async () => {
    const { pipeline, world } = dumpToMend();
    await expect(
      retryStep(pipeline, { ...world.options, ...ASKED, step: 'dump', approver: '' }),
    ).rejects.toMatchObject({ code: 'NO_REASON' });
  });
});

describe('what a retry does not get around', () => {
  const failing = defineStep({
    id: 'triage',
    title: 'Looks at the live suspect',
    phase: 'capture',
    provides: [],
    start: async () => {
      throw StepFailure.permanent('OFFLINE', 'the agent does not answer');
    },
  });
  const sealing = definePolledStep({
    id: 'seal',
    title: 'Seals for an hour',
    phase: 'seal',
    provides: [],
    ticket: v.object({}),
    timeout: { hours: 2 },
    start: async (ctx) => ctx.waiting({}, { minutes: 30 }),
    poll: async (ctx) => ctx.done({}),
  });

  it('is the seal: nothing reaches the suspect any more', async () => {
    const world = engineWorld();
    const pipeline = IncidentPipeline.create('t').use(failing).use(sealing);
    const run = startIncident(pipeline, FINDING, { ...world.options, incidentId: 'inc-open' });
    await world.clock.advance(60_000);
    await expect(retryStep(pipeline, { ...world.options, ...ASKED, step: 'triage' })).rejects.toMatchObject({
      code: 'TOO_LATE',
    });
    expect(await run.finished).toMatchObject({ outcome: 'incomplete' });
  });

  const refusing = defineGuard({
    id: 'exempt',
    title: 'Knows the exemptions',
    onFailure: 'refuse',
    check: async (ctx) => ctx.refuse('a domain controller'),
  });
  const isolate = defineStep({
    id: 'isolate',
    title: 'Isolates',
    phase: 'contain',
    provides: [],
    start: async (ctx) => ctx.done({}),
  });

  it('is a guard that said no', async () => {
    const world = engineWorld();
    const pipeline = IncidentPipeline.create('t').use(refusing).use(isolate);
    const { incidentId } = await runIncident(pipeline, FINDING, world.options);
    await expect(
      retryStep(pipeline, { ...world.options, ...ASKED, incidentId, step: 'isolate' }),
    ).rejects.toMatchObject({ code: 'REFUSED_BY_GUARD' });
  });
});
