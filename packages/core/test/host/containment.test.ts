import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { StepFailure } from '../../src/engine/failure.js';
import { defineGuard } from '../../src/engine/guard.js';
import { type AnyPipeline, IncidentPipeline } from '../../src/engine/pipeline.js';
import { defineStep } from '../../src/engine/step.js';
import { decideRun, entriesIn } from '../../src/host/decide-run.js';
import { overdueContainments } from '../../src/host/overdue.js';
import { releaseIncident } from '../../src/host/release-incident.js';
import { retryStep } from '../../src/host/retry-incident.js';
import { runIncident, startIncident } from '../../src/host/run-incident.js';
import { engineWorld, FINDING } from './world.js';

const ID = 'inc-20261120-0001';

type World = ReturnType<typeof engineWorld>;

function containing(works: () => boolean = () => true) {
  return defineStep({
    id: 'isolate',
    title: 'Isolates',
    phase: 'contain',
    provides: [],
    async start(ctx) {
      if (!works()) throw StepFailure.permanent('NO_LUCK', 'it did not work');
      return ctx.done({});
    },
    saves: v.object({}),
    before: async () => ({}),
    undo: async () => [],
  });
}

function refusing(by?: string) {
  return defineGuard({
    id: 'guard.no',
    title: 'Says no',
    onFailure: 'refuse',
    check: async (ctx) => ctx.refuse('no', by === undefined ? {} : { by }),
  });
}

const contains = IncidentPipeline.create('t').use(containing());
const fails = IncidentPipeline.create('t').use(containing(() => false));

async function ran(world: World, pipeline: AnyPipeline, incidentId = ID) {
  return runIncident(pipeline, FINDING, { ...world.options, incidentId });
}

const decide = (world: World, most?: number) =>
  decideRun(ID, { entriesOf: entriesIn(world.journal), ...(most === undefined ? {} : { most }) });

/** What a scheduled check finds a quarter of an hour and a second later. */
async function overdue(world: World, seconds = 901) {
  const entriesOf = entriesIn(world.journal);
  const ids = await world.journal.list();
  const incidents = await Promise.all(
    ids.map(async (incidentId) => ({ incidentId, entries: await entriesOf(incidentId) })),
  );
  const now = new Date(world.clock.now().getTime() + seconds * 1000);
  return overdueContainments(incidents, { now, within: { minutes: 15 } });
}

/** A run that is stopped while its containment is under way. */
async function interrupted(world: World) {
  const slow = defineStep({
    id: 'isolate',
    title: 'Isolates',
    phase: 'contain',
    provides: [],
    async start(ctx) {
      queueMicrotask(() => run.stop());
      await ctx.sleep({ seconds: 1 });
      return ctx.done({});
    },
  });
  const run = startIncident(IncidentPipeline.create('t').use(slow), FINDING, {
    ...world.options,
    incidentId: ID,
  });
  await run.finished.catch(() => undefined);
}

const ORDER = { approver: 'ada', reason: 'false alarm', incidentId: ID };

describe('the decision to run', () => {
  it('is to start where there is no journal', async () => {
    expect(await decide(engineWorld())).toEqual({ do: 'start', incidentId: ID });
  });

  it('is for nothing while a run is open, and when the suspect is contained', async () => {
    const open = engineWorld();
    await interrupted(open);
    expect(await decide(open)).toMatchObject({ do: 'nothing', because: 'open' });
    const done = engineWorld();
    await ran(done, contains);
    expect(await decide(done)).toMatchObject({ do: 'nothing', because: 'contained' });
  });

  it('is for another run, with an alarm, when one ended without containment; and not for ever', async () => {
    const world = engineWorld();
    await ran(world, fails);
    const second = { do: 'start', incidentId: `${ID}-r2`, alarm: 'CLOSED_WITHOUT_CONTAINMENT' };
    expect(await decide(world)).toEqual(second);
    await ran(world, fails, `${ID}-r2`);
    expect(await decide(world)).toEqual({ ...second, incidentId: `${ID}-r3` });
    expect(await decide(world, 2)).toEqual({ do: 'nothing', because: 'exhausted', alarm: 'RUNS_EXHAUSTED' });
    await ran(world, contains, `${ID}-r3`);
    expect(await decide(world)).toEqual({ do: 'nothing', because: 'contained', incidentId: `${ID}-r3` });
  });

  it('sees what a retry contained, and what a person let out again', async () => {
    const world = engineWorld();
    let works = false;
    const pipeline = IncidentPipeline.create('t').use(containing(() => works));
    await ran(world, pipeline);
    works = true;
    await retryStep(pipeline, { ...world.options, ...ORDER, step: 'isolate' });
    expect(await decide(world)).toMatchObject({ because: 'contained' });
    await releaseIncident(pipeline, { ...world.options, ...ORDER, force: true });
    expect(await decide(world)).toMatchObject({ do: 'nothing', because: 'released' });
  });

  it("lets a person's no stand, and asks again where nobody answered", async () => {
    const answered = engineWorld();
    await ran(answered, IncidentPipeline.create('t').use(refusing('ada')).use(containing()));
    expect(await decide(answered)).toMatchObject({ do: 'nothing', because: 'refused' });
    const silent = engineWorld();
    await ran(silent, IncidentPipeline.create('t').use(refusing()).use(containing()));
    expect(await decide(silent)).toMatchObject({ do: 'start', incidentId: `${ID}-r2` });
  });
});

describe('a containment', () => {
  it('is overdue when its run died before it, after its time and not sooner', async () => {
    const world = engineWorld();
    await interrupted(world);
    expect(await overdue(world, 900 - 1)).toEqual([]);
    expect(await overdue(world)).toMatchObject([
      { code: 'CONTAINMENT_OVERDUE', incidentId: ID, state: 'open', suspect: FINDING.suspect },
    ]);
  });

  it('is overdue when its run ended without it', async () => {
    const world = engineWorld();
    await ran(world, fails);
    expect(await overdue(world)).toMatchObject([{ state: 'closed' }]);
  });

  it.each([
    ['it happened', contains],
    ['a guard said no', IncidentPipeline.create('t').use(refusing()).use(containing())],
    ['nobody asked for it', IncidentPipeline.create('t')],
  ])('is not overdue when %s', async (_, pipeline) => {
    const world = engineWorld();
    await ran(world, pipeline);
    expect(await overdue(world)).toEqual([]);
  });

  it('is not overdue any more when a later run of the same suspect has made it', async () => {
    const world = engineWorld();
    await ran(world, fails);
    await world.clock.sleepUntil(new Date(world.clock.now().getTime() + 1000), new AbortController().signal);
    await ran(world, contains, `${ID}-r2`);
    expect(await overdue(world)).toEqual([]);
  });
});
