import { ANYWHERE_IPV4, addRule } from '@cordon/testkit';
import { describe, expect, it } from 'vitest';
import { IncidentPipeline } from '../../../src/engine/pipeline.js';
import { defineStep } from '../../../src/engine/step.js';
import { runIncident } from '../../../src/host/run-incident.js';
import { denyRole } from '../../../src/steps/contain/deny-role.js';
import { isolate } from '../../../src/steps/contain/isolate.js';
import { verifyContainment } from '../../../src/steps/contain/verify-containment.js';
import { inspect } from '../../../src/steps/inspect/inspect.js';
import { recheckContainment } from '../../../src/steps/seal/recheck-containment.js';
import { seal } from '../../../src/steps/seal/seal.js';
import { ENI, FINDING, GROUP, type SuspectWorld, suspectWorld } from '../world/suspect-world.js';

/** Somebody is at work while evidence is taken. */
function meanwhile(undo: (world: SuspectWorld) => void) {
  const world = suspectWorld({ endpoints: 'missing' });
  const intruder = defineStep({
    id: 'intruder',
    title: 'Undoes the containment',
    phase: 'capture',
    provides: [],
    async start(ctx) {
      undo(world);
      return ctx.done({});
    },
  });
  const pipeline = IncidentPipeline.create('t')
    .use(inspect())
    .use(isolate())
    .use(denyRole())
    .use(verifyContainment())
    .use(intruder)
    .use(recheckContainment());
  return { world, pipeline };
}

async function observations(world: SuspectWorld, incidentId: string) {
  const entries = await (await world.journal.visit(incidentId)).read();
  return entries.flatMap((entry) =>
    entry.kind === 'observations'
      ? entry.body.observations.map(({ rule, severity, entity }) => `${rule} ${severity} ${entity}`)
      : [],
  );
}

const wearAgain = (world: SuspectWorld) => {
  for (const one of world.interfaces()) one.groups = [GROUP];
};

describe('containment after capture', () => {
  it('is read back, and nothing is told where it holds', async () => {
    const { world, pipeline } = meanwhile(() => undefined);
    const result = await runIncident(pipeline, FINDING, world.options);
    expect(result).toMatchObject({ outcome: 'complete', facts: { recheckedContainment: { putRight: [] } } });
    expect(await observations(world, result.incidentId)).toEqual([]);
  });

  it('is put right where an interface, a group and the role were freed, and each is observed', async () => {
    const { world, pipeline } = meanwhile((there) => {
      wearAgain(there);
      const [group] = there.ownGroups();
      if (group !== undefined) addRule(there.region, group, { direction: 'egress', peer: ANYWHERE_IPV4 });
      for (const name of [...there.role.inline.keys()]) if (name !== 'all') there.role.inline.delete(name);
    });
    const result = await runIncident(pipeline, FINDING, world.options);
    const [group] = world.ownGroups();
    expect(await observations(world, result.incidentId)).toEqual([
      `containment.drift high interface:${ENI}`,
      `containment.drift high security-group:${group?.id}`,
      'containment.drift high role:shop-frontend',
    ]);
    expect(world.interfaces()[0]?.groups).toEqual([group?.id]);
    expect(group?.rules).toEqual([]);
    expect(world.role.inline.size).toBe(2);
    expect(result).toMatchObject({ outcome: 'complete' });
  });

  it('is an alarm where somebody undoes it again and again, after three repairs; the seal goes on', async () => {
    const { world, pipeline } = meanwhile((there) => {
      const again = () => {
        wearAgain(there);
        there.world.later(500, again);
      };
      again();
    });
    const sealing = pipeline.use(seal());
    const before = world.world.calls.all().length;
    const result = await runIncident(sealing, FINDING, world.options);
    if (result.status !== 'closed') throw new Error('another incident has this suspect');
    const recheck = result.steps.find(({ id }) => id === 'seal.recheck');
    expect(recheck).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('CONTAINMENT_NOT_VERIFIED'),
    });
    expect(await observations(world, result.incidentId)).toContainEqual(
      expect.stringMatching(/^containment\.drift critical instance:/),
    );
    expect(result.outcome).not.toBe('complete');
    expect(world.instance()?.metadata.httpEndpoint).toBe('disabled');
    expect(world.world.calls.all().length).toBeGreaterThan(before);
  });

  it('comes before the seal, which would close it without a word', async () => {
    const { world, pipeline } = meanwhile(wearAgain);
    const result = await runIncident(pipeline.use(seal()), FINDING, world.options);
    expect(result).toMatchObject({
      outcome: 'complete',
      facts: { recheckedContainment: { putRight: [`${ENI}: other groups`] }, sealed: { ssmCut: true } },
    });
    expect(await observations(world, result.incidentId)).toEqual([`containment.drift high interface:${ENI}`]);
  });
});
