import { beginIncident, defineStep, IncidentPipeline, stepWorker } from '@cordon/core';
import { describe, expect, it } from 'vitest';
import { workThrough } from '../../../core/test/host/workers.js';
import { engineWorld, FINDING } from '../../../core/test/host/world.js';
import type { Alarm } from '../../src/lambda/alarm.js';
import { overdueHandler } from '../../src/lambda/overdue-handler.js';

const isolate = defineStep({
  id: 'isolate',
  title: 'Isolates',
  phase: 'contain',
  provides: [],
  start: async (ctx) => ctx.done({}),
});
const pipeline = IncidentPipeline.create('t').use(isolate);

async function opened() {
  const world = engineWorld();
  const begun = await beginIncident(pipeline, FINDING, world.options);
  if (begun.do !== 'start') throw new Error('not begun');
  const alarms: Alarm[] = [];
  const check = overdueHandler({
    journal: world.journal,
    clock: world.clock,
    within: { minutes: 15 },
    alarm: (one) => void alarms.push(one),
  });
  return { ...world, incident: begun.incidentId, alarms, check };
}

describe('the check from outside', () => {
  it('raises an alarm for an incident that nobody drives, in time and not sooner', async () => {
    const { clock, check, alarms, incident } = await opened();
    await clock.advance(14 * 60_000);
    expect(await check()).toEqual([]);
    await clock.advance(2 * 60_000);
    await check();
    const { instanceId } = FINDING.suspect;
    expect(alarms).toMatchObject([{ code: 'CONTAINMENT_OVERDUE', incidentId: incident, instanceId }]);
    expect(alarms[0]?.message).toContain('16 minutes');
  });

  it('is content with what is contained, and leaves old incidents unread', async () => {
    const contained = await opened();
    const { clock, incident, environment, journal } = contained;
    const worker = stepWorker(pipeline, { journal, environment });
    await workThrough(pipeline, { incident, worker, clock });
    await clock.advance(3_600_000);
    expect(await contained.check()).toEqual([]);
    const old = await opened();
    await old.clock.advance(8 * 24 * 3_600_000);
    expect(await old.check()).toEqual([]);
  });
});
