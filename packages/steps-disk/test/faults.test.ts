import { IncidentPipeline } from '@cordon/core';
import {
  cleanup,
  confirmContainment,
  controlPlaneEvidence,
  denyRole,
  deregisterTargets,
  detachFromAutoScaling,
  endForeignSessions,
  exportManifest,
  inspect,
  isolate,
  protect,
  recheckContainment,
  sampleGuard,
  seal,
  verifyContainment,
} from '@cordon/core/steps';
import {
  type CompromisedWebServerOptions,
  DEMO,
  groupsOf,
  instancesOf,
  interfacesOfInstance,
  keysOf,
  rolesOf,
  snapshotsOf,
  terminate,
  withoutAgent,
} from '@cordon/testkit';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { custodyCopies, diskSnapshots, shareSnapshots } from '../src/index.js';
import { type Scene, scene } from './world/scene.js';

/** How many schedules are tried: some in every run, as many as are wanted with `FAULT_SCHEDULES=500`. */
const WANTED = Number(process.env['FAULT_SCHEDULES'] ?? '8');
/** Each is an incident with bash on its hosts: half a second of a processor, however long that is on a busy machine. */
const MOST_MS_EACH = 60_000;
/** A long run tells how far it is. */
const TOLD_EVERY = 25;

const pipeline = ({ kmsKeyArn }: Scene) =>
  IncidentPipeline.create('acquisition')
    .use(inspect())
    .use(sampleGuard())
    .use(diskSnapshots())
    .use(protect())
    .use(detachFromAutoScaling())
    .use(deregisterTargets())
    .use(isolate())
    .use(denyRole())
    .use(endForeignSessions())
    .use(verifyContainment())
    .use(controlPlaneEvidence())
    .use(recheckContainment())
    .use(seal())
    .use(shareSnapshots())
    .use(custodyCopies({ kmsKeyArn }))
    .use(confirmContainment())
    .use(exportManifest())
    .use(cleanup());

const at = fc.integer({ min: 0, max: 600 });
const schedules = fc.record({
  seed: fc.integer({ min: 0, max: 1_000_000 }),
  visibilityLagSeconds: fc.constantFrom(0, 3, 10),
  probability: fc.constantFrom(0, 0.02, 0.1, 0.25),
  encryption: fc.constantFrom<NonNullable<CompromisedWebServerOptions['encryption']>>(
    'none',
    'shared-key',
    'own-key',
    'aws-ebs',
  ),
  /** Seconds after which a key says no, on either side, and for how long. */
  keyDies: fc.option(fc.record({ of: fc.constantFrom('suspect', 'security'), after: at, lasts: at }), {
    freq: 2,
  }),
  ssmLostAfter: fc.option(at, { freq: 2 }),
  terminatedAfter: fc.option(at, { freq: 4 }),
});
type Schedule = typeof schedules extends fc.Arbitrary<infer T> ? T : never;

function plan(made: Scene, { keyDies, ssmLostAfter, terminatedAfter }: Schedule): void {
  const { world, suspect } = made;
  const later = (seconds: number | null, act: () => void) => {
    if (seconds !== null) world.later(seconds * 1_000, act);
  };
  if (keyDies !== null) {
    const keys = [...keysOf(made[keyDies.of === 'suspect' ? 'suspect' : 'security']).values()];
    const turn = (state: 'Enabled' | 'Disabled') => () => {
      for (const key of keys) key.state = state;
    };
    later(keyDies.after, turn('Disabled'));
    later(keyDies.after + keyDies.lasts, turn('Enabled'));
  }
  later(ssmLostAfter, () => withoutAgent(suspect, DEMO.instanceId));
  later(terminatedAfter, () => {
    const doomed = instancesOf(suspect).peek(DEMO.instanceId);
    if (doomed !== undefined) terminate(doomed, { code: 'Client.UserInitiatedShutdown', message: '' });
  });
}

async function run(schedule: Schedule) {
  const made = await scene(schedule);
  plan(made, schedule);
  const before = interfacesOfInstance(made.suspect, DEMO.instanceId).flatMap(({ groups }) => groups);
  made.world.faults.randomly({
    probability: schedule.probability,
    faults: ['throttle', 'server-error', 'server-error-after', 'timeout', 'lost-answer'],
  });
  const result = await made.run(pipeline(made));
  made.world.faults.clear();
  return { made, before, result };
}

function stateOf({ suspect }: Scene) {
  const groups = groupsOf(suspect)
    .all()
    .filter(({ name }) => name.startsWith('baseline-'));
  const worn = interfacesOfInstance(suspect, DEMO.instanceId).flatMap((one) => one.groups);
  const role = rolesOf(suspect.account).get(DEMO.roleName);
  const state = instancesOf(suspect).peek(DEMO.instanceId)?.state;
  return {
    groups,
    gone: state !== 'running',
    contained: groups.length === 1 && worn.every((id) => id === groups[0]?.id),
    denied: [...(role?.inline.keys() ?? [])].some((name) => name.startsWith('baseline-')),
  };
}

it(
  'makes nothing twice, undoes nothing, leaves nothing behind and tells the truth, whatever fails',
  async () => {
    const outcomes = new Map<string, number>();
    let tried = 0;
    await fc.assert(
      fc.asyncProperty(schedules, async (schedule) => {
        const { made, before, result } = await run(schedule);
        outcomes.set(result.outcome, (outcomes.get(result.outcome) ?? 0) + 1);
        tried += 1;
        if (tried % TOLD_EVERY === 0) console.info(tried, Object.fromEntries(outcomes));
        const { groups, gone, contained, denied } = stateOf(made);
        const snapshots = snapshotsOf(made.suspect).all();
        const copies = snapshotsOf(made.security).all();
        // A copy that KMS refused lies there as an error, and another took its place.
        const twice = (volumes: readonly (string | undefined)[]) => volumes.length - new Set(volumes).size;
        const good = copies.filter(({ state }) => state !== 'error');
        const taken = snapshots.filter(({ copiedFrom }) => copiedFrom === undefined);
        expect({
          groups: groups.length <= 1,
          taken: twice(taken.map(({ volumeId }) => volumeId)),
          copies: twice(good.map(({ tags }) => tags.get('cordon:source-volume'))),
        }).toEqual({ groups: true, taken: 0, copies: 0 });
        // An intermediate copy lives for the examination, and is gone with it.
        const cleaned = result.steps.find(({ id }) => id === 'cleanup')?.status === 'succeeded';
        if (cleaned) expect(snapshots.filter(({ copiedFrom }) => copiedFrom !== undefined)).toEqual([]);
        // What is not contained is called failed; what is called complete is contained, denied and in custody.
        if (!contained && !gone) expect(result.outcome).toBe('failed');
        if (result.outcome === 'complete')
          expect({
            contained: contained || gone,
            denied,
            cleaned,
            copies: copies.map(({ state }) => state),
          }).toEqual({
            contained: true,
            denied: true,
            cleaned: true,
            copies: ['completed', 'completed'],
          });
        const swaps = made.world.calls.changes().filter(({ input }) => Array.isArray(input['Groups']));
        for (const { input } of swaps)
          expect((input['Groups'] as readonly string[]).filter((id) => before.includes(id))).toEqual([]);
        await made.world.dispose();
      }),
      { numRuns: WANTED },
    );
    expect(tried).toBeGreaterThanOrEqual(WANTED);
  },
  WANTED * MOST_MS_EACH,
);
