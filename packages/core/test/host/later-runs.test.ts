import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { defineFact } from '../../src/engine/fact.js';
import { StepFailure } from '../../src/engine/failure.js';
import { IncidentPipeline } from '../../src/engine/pipeline.js';
import { defineStep } from '../../src/engine/step.js';
import { suspectKey } from '../../src/findings/incident-id.js';
import { releaseIncident } from '../../src/host/release-incident.js';
import { retryStep } from '../../src/host/retry-incident.js';
import { runIncident } from '../../src/host/run-incident.js';
import { verifyJournal } from '../../src/journal/verify.js';
import { engineWorld, FINDING } from './world.js';

const image = defineFact('image', v.string());
const processes = defineFact('processes', v.string());

/** Every step writes down that it ran. */
type Did = string[];

const containing = <const Id extends string>(id: Id, did: Did) =>
  defineStep({
    id,
    title: `Contains ${id}`,
    phase: 'contain',
    provides: [],
    saves: v.object({ groups: v.string() }),
    before: async () => ({ groups: `groups before ${id}` }),
    start: async (ctx) => {
      did.push(id);
      return ctx.done({});
    },
    undo: async (_ctx, before) => {
      did.push(`undo ${id}: ${before.groups}`);
      return id === 'isolate' ? ['the auto-assigned address is gone'] : [];
    },
  });

const dumping = (did: Did, broken: { readonly dump: boolean }) =>
  defineStep({
    id: 'dump',
    title: 'Dumps',
    phase: 'capture',
    provides: [image],
    start: async (ctx) => {
      did.push('dump');
      if (broken.dump) throw StepFailure.permanent('DISK_FULL', 'no room');
      return ctx.done({ image: 'lime' });
    },
  });

const analysing = (did: Did) =>
  defineStep({
    id: 'analyse',
    title: 'Analyses',
    phase: 'examine',
    needs: [image],
    provides: [processes],
    start: async (ctx, facts) => {
      did.push(`analyse ${facts.image}`);
      return ctx.done({ processes: '3' });
    },
  });

const reporting = (did: Did) =>
  defineStep({
    id: 'report',
    title: 'Reports',
    phase: 'report',
    wants: [processes],
    provides: [],
    start: async (ctx, facts) => {
      const failed = ctx.incident
        .steps()
        .filter((step) => step.status !== 'succeeded' && step.id !== 'report');
      did.push(`report ${facts.processes ?? 'nothing'} (${failed.map((step) => step.id).join(' ')})`);
      return ctx.done({});
    },
  });

/** A pipeline that writes down what it does, and whose dump fails until it is mended. */
function scene() {
  const did: Did = [];
  const broken = { dump: false };
  const pipeline = IncidentPipeline.create('t')
    .use(containing('isolate', did))
    .use(containing('role', did), { after: ['isolate'] })
    .use(dumping(did, broken))
    .use(analysing(did))
    .use(reporting(did));
  return { did, broken, pipeline, world: engineWorld() };
}

describe('retryStep', () => {
  it('runs the failed step, what was skipped for it, and the report again', async () => {
    const { did, broken, pipeline, world } = scene();
    broken.dump = true;
    const { incidentId } = await runIncident(pipeline, FINDING, world.options);
    expect(did).toEqual(['isolate', 'role', 'dump', 'report nothing (dump analyse)']);
    did.length = 0;
    broken.dump = false;
    const asked = { incidentId, step: 'dump', approver: 'ada', reason: 'room was made' };
    const result = await retryStep(pipeline, { ...world.options, ...asked });
    expect(did).toEqual(['dump', 'analyse lime', 'report 3 ()']);
    expect(result.outcome).toBe('complete');
    expect((await verifyJournal(world.journal, incidentId)).problems).toEqual([]);
  });

  it('stays open when its process has to go, and goes on when it is asked for again', async () => {
    const { did, broken, pipeline, world } = scene();
    broken.dump = true;
    const { incidentId } = await runIncident(pipeline, FINDING, world.options);
    did.length = 0;
    broken.dump = false;
    const asked = { incidentId, step: 'dump', approver: 'ada', reason: 'room was made' };
    const leaving = new AbortController();
    const stopped = retryStep(pipeline, {
      ...world.options,
      ...asked,
      signal: leaving.signal,
      listen: (events) => {
        events.on('entry', ({ ledger, kind }) => {
          if (ledger === 'retry-1/dump' && kind === 'succeeded') leaving.abort(new Error('bye'));
        });
      },
    });
    await expect(stopped).rejects.toThrow('bye');
    expect(did).toEqual(['dump']);
    const told: string[] = [];
    const result = await retryStep(pipeline, {
      ...world.options,
      ...asked,
      listen: (events) => {
        events.on('history', (entries) => told.push(...entries.map(({ ledger }) => ledger)));
      },
    });
    expect(result.outcome).toBe('complete');
    expect(did).toEqual(['dump', 'analyse lime', 'report 3 ()']);
    expect(told).toContain('retry-1/dump');
    expect((await verifyJournal(world.journal, incidentId)).problems).toEqual([]);
  });

  it('leaves alone what has succeeded', async () => {
    const { pipeline, world } = scene();
    const { incidentId } = await runIncident(pipeline, FINDING, world.options);
    const asked = { incidentId, step: 'dump', approver: 'ada', reason: 'curious' };
    await expect(retryStep(pipeline, { ...world.options, ...asked })).rejects.toMatchObject({
      code: 'NOT_FAILED',
    });
  });
});

describe('releaseIncident', () => {
  it('undoes last first, says what it could not restore, and frees the lease', async () => {
    const { did, pipeline, world } = scene();
    const { incidentId } = await runIncident(pipeline, FINDING, world.options);
    did.length = 0;
    const asked = { incidentId, approver: 'ada', reason: 'rebuilt' };
    const result = await releaseIncident(pipeline, { ...world.options, ...asked });
    expect(did).toEqual(['undo role: groups before role', 'undo isolate: groups before isolate']);
    expect(result).toMatchObject({ outcome: 'complete', notRestored: ['the auto-assigned address is gone'] });
    expect(await verifyJournal(world.journal, incidentId)).toMatchObject({ state: 'whole', problems: [] });
    expect(await world.journal.lease(suspectKey(FINDING.suspect), 'inc-another-one')).toBe('inc-another-one');
  });

  it('keeps the lease while the suspect is contained: a later finding starts nothing', async () => {
    const { did, pipeline, world } = scene();
    const { incidentId } = await runIncident(pipeline, FINDING, world.options);
    did.length = 0;
    const later = { ...FINDING, id: 'finding-2' };
    expect(await runIncident(pipeline, later, world.options)).toEqual({ status: 'joined', incidentId });
    expect(did).toEqual([]);
  });

  it('wants a name and a reason', async () => {
    const { pipeline, world } = scene();
    const { incidentId } = await runIncident(pipeline, FINDING, world.options);
    const asked = { incidentId, approver: ' ', reason: 'x' };
    await expect(releaseIncident(pipeline, { ...world.options, ...asked })).rejects.toMatchObject({
      code: 'NO_REASON',
    });
  });
});
