import { runProcess, SimulatedCrash } from '@cordon/testkit';
import { expect, it } from 'vitest';
import { IncidentPipeline } from '../../../src/engine/pipeline.js';
import { runIncident } from '../../../src/host/run-incident.js';
import { cutConnections } from '../../../src/steps/contain/cut-connections.js';
import { denyRole } from '../../../src/steps/contain/deny-role.js';
import { endForeignSessions } from '../../../src/steps/contain/foreign-access.js';
import { isolate } from '../../../src/steps/contain/isolate.js';
import { verifyContainment } from '../../../src/steps/contain/verify-containment.js';
import { inspect } from '../../../src/steps/inspect/inspect.js';
import { detachFromAutoScaling } from '../../../src/steps/protect/detach-from-auto-scaling.js';
import { protect } from '../../../src/steps/protect/protect.js';
import { seal } from '../../../src/steps/seal/seal.js';
import { FINDING, suspectWorld } from '../world/suspect-world.js';

const INCIDENT = 'inc-crash-0001';
const PIPELINE = IncidentPipeline.create('t')
  .use(inspect())
  .use(protect())
  .use(detachFromAutoScaling())
  .use(isolate())
  .use(denyRole())
  .use(cutConnections())
  .use(endForeignSessions())
  .use(verifyContainment())
  .use(seal());

interface Crash {
  readonly fault: 'crash-before' | 'crash-after';
  readonly nth: number;
}

/** Runs until it is killed at the given call, then again in another process until it is done. */
async function killedAt({ fault, nth }: Crash) {
  const world = suspectWorld({ endpoints: 'missing', seed: nth, visibilityLagSeconds: 4 });
  world.world.faults.add({ operation: '*', fault, nth });
  const run = () => runIncident(PIPELINE, FINDING, { ...world.freshOptions(), incidentId: INCIDENT });
  const first = await runProcess(run).catch((error: unknown) => error);
  const killed = first instanceof SimulatedCrash;
  if (killed) world.journal.abandon(INCIDENT);
  const result = killed ? await runProcess(run) : first;
  return { world, killed, result };
}

it('contains once and wholly, wherever the process dies', async () => {
  let kills = 0;
  for (const fault of ['crash-before', 'crash-after'] as const)
    for (let nth = 1; ; nth += 1) {
      const { world, killed, result } = await killedAt({ fault, nth });
      const at = `${fault} call ${nth}`;
      expect(result, at).toMatchObject({
        outcome: 'complete',
        facts: { containment: { interfaces: [{ contained: true }] } },
      });
      const [group, ...more] = world.ownGroups();
      expect(more, at).toEqual([]);
      expect(group?.rules, at).toEqual([]);
      expect(world.interfaces()[0]?.groups, at).toEqual([group?.id]);
      expect([...world.role.inline.keys()], at).toHaveLength(2);
      expect(world.instance(), at).toMatchObject({
        disableApiTermination: true,
        metadata: { httpEndpoint: 'disabled', httpTokens: 'required' },
      });
      if (!killed) break;
      kills += 1;
    }
  expect(kills).toBeGreaterThan(80);
});
