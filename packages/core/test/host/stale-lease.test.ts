import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import type { JournalProvider } from '../../src/engine/entry.js';
import { StepFailure } from '../../src/engine/failure.js';
import { IncidentPipeline } from '../../src/engine/pipeline.js';
import { defineStep } from '../../src/engine/step.js';
import { beginIncident } from '../../src/host/begin-incident.js';
import { releaseIncident } from '../../src/host/release-incident.js';
import { retryStep } from '../../src/host/retry-incident.js';
import { runIncident } from '../../src/host/run-incident.js';
import { stepWorker } from '../../src/host/step-worker.js';
import { closed } from './steps-and-results.js';
import { workThrough } from './workers.js';
import { engineWorld, FINDING } from './world.js';

const LATER = { ...FINDING, id: 'finding-2' };

/** A pipeline whose containment works or does not, and a journal whose leases cannot be given back at first. */
function scene() {
  const world = engineWorld();
  const aws = { refuses: false };
  const isolate = defineStep({
    id: 'isolate',
    title: 'Contains',
    phase: 'contain',
    provides: [],
    saves: v.object({}),
    before: async () => ({}),
    start: async (ctx) => {
      if (aws.refuses) throw StepFailure.permanent('UnauthorizedOperation', 'no');
      return ctx.done({});
    },
    undo: async () => [],
  });
  const dying: JournalProvider = {
    lease: (key, candidate) => world.journal.lease(key, candidate),
    release: () => Promise.reject(new Error('the process died here')),
    open: (id) => world.journal.open(id),
    visit: (id) => world.journal.visit(id),
    list: () => world.journal.list(),
  };
  return { pipeline: IncidentPipeline.create('t').use(isolate), aws, world, dying };
}

describe('the lease of an incident whose process died before it gave it back', () => {
  it('holds up no later finding where nothing was contained', async () => {
    const { pipeline, aws, world, dying } = scene();
    aws.refuses = true;
    const first = runIncident(pipeline, FINDING, { ...world.options, journal: dying });
    await expect(first).rejects.toThrow('died here');
    await world.clock.advance(60_000);
    aws.refuses = false;
    expect(closed(await runIncident(pipeline, LATER, world.options)).outcome).toBe('complete');
  });

  it.each(['a run', 'workers'] as const)('holds up no later finding of %s after a release', async (host) => {
    const { pipeline, world, dying } = scene();
    const { incidentId } = await runIncident(pipeline, FINDING, world.options);
    const asked = { incidentId, approver: 'ada', reason: 'rebuilt' };
    const release = releaseIncident(pipeline, { ...world.options, ...asked, journal: dying });
    await expect(release).rejects.toThrow('died here');
    await world.clock.advance(60_000);
    if (host === 'a run')
      expect(closed(await runIncident(pipeline, LATER, world.options)).incidentId).not.toBe(incidentId);
    else expect(await beginIncident(pipeline, LATER, world.options)).toMatchObject({ do: 'start' });
  });

  it('is held again by a retry that contains the suspect', async () => {
    const { pipeline, aws, world } = scene();
    aws.refuses = true;
    const { incidentId } = await runIncident(pipeline, FINDING, world.options);
    aws.refuses = false;
    const asked = { incidentId, step: 'isolate', approver: 'ada', reason: 'the role has its rights now' };
    expect(await retryStep(pipeline, { ...world.options, ...asked })).toMatchObject({ outcome: 'complete' });
    await world.clock.advance(60_000);
    expect(await runIncident(pipeline, LATER, world.options)).toEqual({ status: 'joined', incidentId });
  });

  it('is kept while a later run has the suspect contained', async () => {
    const { pipeline, aws, world } = scene();
    const worker = stepWorker(pipeline, world.options);
    const ids: string[] = [];
    for (aws.refuses of [true, false]) {
      const decision = await beginIncident(pipeline, FINDING, world.options);
      const incident = decision.do === 'start' ? decision.incidentId : '';
      await workThrough(pipeline, { incident, worker, clock: world.clock });
      ids.push(incident);
    }
    const [incidentId = '', second] = ids;
    expect(second).toBe(`${incidentId}-r2`);
    await world.clock.advance(60_000);
    expect(await runIncident(pipeline, LATER, world.options)).toEqual({ status: 'joined', incidentId });
  });
});
