import { ANYWHERE_IPV4, addRule, terminate } from '@cordon/testkit';
import { describe, expect, it } from 'vitest';
import { IncidentPipeline } from '../../../src/engine/pipeline.js';
import { defineStep } from '../../../src/engine/step.js';
import { runIncident } from '../../../src/host/run-incident.js';
import { denyRole } from '../../../src/steps/contain/deny-role.js';
import { isolate } from '../../../src/steps/contain/isolate.js';
import { verifyContainment } from '../../../src/steps/contain/verify-containment.js';
import { containment } from '../../../src/steps/containment-facts.js';
import { sealed } from '../../../src/steps/facts.js';
import { inspect } from '../../../src/steps/inspect/inspect.js';
import { confirmContainment } from '../../../src/steps/report/confirm-containment.js';
import { seal } from '../../../src/steps/seal/seal.js';
import { ENI, FINDING, GROUP, type SuspectWorld, suspectWorld } from '../world/suspect-world.js';

const CONTAINED = IncidentPipeline.create('t')
  .use(inspect())
  .use(isolate())
  .use(denyRole())
  .use(verifyContainment());

/** What the report is told after this has happened during the examination. */
async function confirmed(undo: (world: SuspectWorld) => void, sealing: 'sealed' | 'open' = 'sealed') {
  const world = suspectWorld({ endpoints: 'there' });
  const intruder = defineStep({
    id: 'intruder',
    title: 'Undoes the containment',
    phase: 'examine',
    wants: [containment, ...(sealing === 'sealed' ? [sealed] : [])],
    provides: [],
    async start(ctx) {
      undo(world);
      return ctx.done({});
    },
  });
  const pipeline =
    sealing === 'sealed'
      ? CONTAINED.use(seal()).use(intruder).use(confirmContainment())
      : CONTAINED.use(intruder).use(confirmContainment());
  const result = await runIncident(pipeline, FINDING, world.options);
  const entries = await (await world.journal.visit(result.incidentId)).read();
  const severities = entries.flatMap((entry) =>
    entry.kind === 'observations' ? entry.body.observations.map(({ severity }) => severity) : [],
  );
  return { world, result, severities };
}

describe('containment at the report', () => {
  it.each(['sealed', 'open'] as const)('is confirmed where it holds: %s', async (sealing) => {
    const { result, severities } = await confirmed(() => undefined, sealing);
    expect(result).toMatchObject({
      outcome: 'complete',
      facts: { confirmedContainment: { holds: true, drift: [] } },
    });
    expect(severities).toEqual([]);
  });

  it.each([
    [
      'an interface was freed',
      (world: SuspectWorld) => {
        for (const one of world.interfaces()) one.groups = [GROUP];
      },
      [`${ENI} wears ${GROUP}`],
    ],
    [
      'a group was edited',
      (world: SuspectWorld) => {
        const [group] = world.ownGroups();
        if (group !== undefined) addRule(world.region, group, { direction: 'egress', peer: ANYWHERE_IPV4 });
      },
      [expect.stringMatching(/^sg-\w+ has other rules/)],
    ],
    [
      'the role was freed',
      (world: SuspectWorld) => {
        for (const name of [...world.role.inline.keys()]) if (name !== 'all') world.role.inline.delete(name);
      },
      ['the policy that denies shop-frontend is gone or another'],
    ],
  ])('is an alarm and a gap where %s, and is not touched', async (_, undo, drift) => {
    const { world, result, severities } = await confirmed(undo);
    expect(result).toMatchObject({
      outcome: 'incomplete',
      facts: { confirmedContainment: { holds: false, drift } },
    });
    expect(severities).toEqual(['critical']);
    expect(await world.notices(result.incidentId)).toContain('CONTAINMENT_DRIFTED');
    const entries = await (await world.journal.visit(result.incidentId)).read();
    const changing = entries.filter(
      (entry) => entry.ledger === 'report.containment' && entry.kind === 'call' && entry.body.mutating,
    );
    expect(changing).toEqual([]);
  });

  it('asks a terminated suspect for no interfaces', async () => {
    const { result } = await confirmed((world) => {
      const doomed = world.instance();
      if (doomed !== undefined) terminate(doomed, { code: 'Client.UserInitiatedShutdown', message: '' });
    });
    expect(result).toMatchObject({ facts: { confirmedContainment: { holds: true } } });
  });

  it('does not hold where nothing was contained', async () => {
    const world = suspectWorld();
    const pipeline = IncidentPipeline.create('t').use(confirmContainment());
    const result = await runIncident(pipeline, FINDING, world.options);
    expect(result).toMatchObject({ facts: { confirmedContainment: { holds: false, drift: [] } } });
  });
});
