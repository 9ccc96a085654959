import { describe, expect, it } from 'vitest';
import { StepFailure } from '../../src/engine/failure.js';
import { IncidentPipeline } from '../../src/engine/pipeline.js';
import { defineStep } from '../../src/engine/step.js';
import { beginIncident } from '../../src/host/begin-incident.js';
import { stepWorker } from '../../src/host/step-worker.js';
import { begun, guard, pass, whole } from './begun-incident.js';
import { workThrough } from './workers.js';
import { engineWorld, FINDING } from './world.js';

describe('what begins an incident for workers', () => {
  const failing = defineStep({
    id: 'isolate',
    title: 'Fails',
    phase: 'contain',
    provides: [],
    async start(): Promise<never> {
      throw StepFailure.permanent('NO_LUCK', 'no');
    },
  });

  it('begins one journal, however many begin it at once', async () => {
    const world = engineWorld();
    const findings = [FINDING, { ...FINDING, id: 'finding-2' }, { ...FINDING, id: 'finding-3' }];
    const decisions = await Promise.all(findings.map((one) => beginIncident(whole(), one, world.options)));
    const [incident = ''] = await world.journal.list();
    expect(await world.journal.list()).toEqual([incident]);
    expect(decisions.every((one) => 'incidentId' in one && one.incidentId === incident)).toBe(true);
    const entries = await (await world.journal.visit(incident)).read();
    const told = entries.flatMap((one) =>
      one.kind === 'opened' || one.kind === 'finding' ? one.body.finding.id : [],
    );
    expect(told.toSorted()).toEqual(['finding-1', 'finding-2', 'finding-3']);
  });

  it('counts the runs that ended without containment, and stops', async () => {
    const pipeline = IncidentPipeline.create('t').use(failing);
    const world = engineWorld();
    const worker = stepWorker(pipeline, world.options);
    const seen: (string | undefined)[] = [];
    for (let run = 1; run <= 4; run += 1) {
      const decision = await beginIncident(pipeline, FINDING, world.options);
      seen.push(decision.do === 'start' ? decision.alarm : decision.because);
      if (decision.do !== 'start') break;
      await workThrough(pipeline, { incident: decision.incidentId, worker, clock: world.clock });
      await pass(world, 3600);
    }
    expect(seen).toEqual([
      undefined,
      'CLOSED_WITHOUT_CONTAINMENT',
      'CLOSED_WITHOUT_CONTAINMENT',
      'exhausted',
    ]);
    const ids = (await world.journal.list()).toSorted();
    expect(ids.slice(1)).toEqual([`${ids[0]}-r2`, `${ids[0]}-r3`]);
  });

  it('refuses to work on a journal that nobody has begun, and on steps that have changed', async () => {
    const { worker, journal, options, incident, act } = await begun(whole());
    await expect(worker.act({ incident: 'inc-of-nobody', step: 'isolate' })).rejects.toThrow('not begun');
    await act('guard.yes');
    const newer = IncidentPipeline.create('t').use({ ...guard, version: 2 });
    const changed = stepWorker(newer, { ...options, journal });
    await expect(changed.act({ incident, step: 'guard.yes' })).rejects.toMatchObject({
      code: 'STEP_VERSION_CHANGED',
    });
  });
});
