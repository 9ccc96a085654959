import { describe, expect, it } from 'vitest';
import { IncidentPipeline } from '../../src/engine/pipeline.js';
import { defineStep } from '../../src/engine/step.js';
import { runIncident, startIncident } from '../../src/host/run-incident.js';
import { engineWorld, FINDING } from './world.js';

const long = defineStep({
  id: 'examine',
  title: 'Takes an hour',
  phase: 'examine',
  provides: [],
  callTimeout: { hours: 2 },
  async start(ctx) {
    await ctx.sleep({ hours: 1 });
    return ctx.done({});
  },
});
const pipeline = IncidentPipeline.create('t').use(long);

describe('a finding about a suspect that has an incident', () => {
  it('joins its journal once, and again when an update says worse', async () => {
    const { options, journal } = engineWorld();
    const run = startIncident(pipeline, FINDING, options);
    await new Promise((resolve) => run.events.once('entry', resolve));
    const [incidentId = ''] = await journal.list();
    const other = { ...FINDING, id: 'finding-2', severity: 5 };
    for (const finding of [
      FINDING,
      other,
      other,
      { ...other, severity: 4 },
      { ...other, severity: 9 },
      other,
    ])
      expect(await runIncident(pipeline, finding, options)).toEqual({ status: 'joined', incidentId });
    await run.finished;
    const told = (await (await journal.visit(incidentId)).read()).flatMap((entry) =>
      entry.kind === 'finding' ? [`${entry.body.finding.id} ${entry.body.finding.severity}`] : [],
    );
    expect(told.toSorted()).toEqual(['finding-2 5', 'finding-2 9']);
  });
});
