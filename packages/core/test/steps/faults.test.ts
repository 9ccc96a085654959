import fc from 'fast-check';
import { expect, it } from 'vitest';
import { IncidentPipeline } from '../../src/engine/pipeline.js';
import { runIncident } from '../../src/host/run-incident.js';
import { cutConnections } from '../../src/steps/contain/cut-connections.js';
import { denyRole } from '../../src/steps/contain/deny-role.js';
import { endForeignSessions } from '../../src/steps/contain/foreign-access.js';
import { isolate } from '../../src/steps/contain/isolate.js';
import { verifyContainment } from '../../src/steps/contain/verify-containment.js';
import { inspect } from '../../src/steps/inspect/inspect.js';
import { protect } from '../../src/steps/protect/protect.js';
import { seal } from '../../src/steps/seal/seal.js';
import { FINDING, GROUP, suspectWorld } from './world/suspect-world.js';

const PIPELINE = IncidentPipeline.create('t')
  .use(inspect())
  .use(protect())
  .use(isolate())
  .use(denyRole())
  .use(endForeignSessions())
  .use(cutConnections())
  .use(verifyContainment())
  .use(seal());

const schedules = fc.record({
  seed: fc.integer({ min: 0, max: 1_000_000 }),
  lag: fc.constantFrom(0, 3, 10),
  probability: fc.constantFrom(0.02, 0.1, 0.25, 0.5),
});

async function run({ seed, lag, probability }: { seed: number; lag: number; probability: number }) {
  const world = suspectWorld({ seed, visibilityLagSeconds: lag, endpoints: 'missing' });
  world.world.faults.randomly({
    probability,
    faults: ['throttle', 'server-error', 'server-error-after', 'timeout', 'lost-answer'],
  });
  const result = await runIncident(PIPELINE, FINDING, world.options);
  world.world.faults.clear();
  return { world, result };
}

it('makes nothing twice, undoes nothing and tells the truth, whatever AWS answers', async () => {
  const outcomes = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(schedules, async (schedule) => {
      const { world, result } = await run(schedule);
      if (result.status !== 'closed') throw new Error('joined');
      outcomes.set(result.outcome, (outcomes.get(result.outcome) ?? 0) + 1);
      const groups = world.ownGroups();
      expect(groups.length).toBeLessThanOrEqual(1);
      const worn = world.interfaces().flatMap((one) => one.groups);
      const contained = groups.length === 1 && worn.join() === groups[0]?.id && groups[0]?.rules.length === 0;
      const denied = [...world.role.inline.keys()].length === 2;
      // Complete means contained; what is not contained is called failed.
      if (result.outcome === 'complete')
        expect({ contained, denied }).toEqual({ contained: true, denied: true });
      if (!contained) expect(result.outcome).toBe('failed');
      // Never back in its old groups once it was out of them.
      const swaps = world.world.calls.changes().filter(({ input }) => Array.isArray(input['Groups']));
      for (const { input } of swaps) expect(input['Groups']).not.toContain(GROUP);
      await world.world.dispose();
    }),
    { numRuns: 500 },
  );
  expect(outcomes.get('complete')).toBeGreaterThan(450);
}, 120_000);
