import { IncidentPipeline, memoryJournal, runIncident, verifyJournal } from '@cordon/core';
import {
  cleanup,
  cutConnections,
  inspect,
  isolate,
  type SweepOptions,
  sweep,
  verifyContainment,
} from '@cordon/core/steps';
import { groupsOf, instancesOf, runProcess, SimulatedCrash, snapshotsOf, volumesOf } from '@cordon/testkit';
import { describe, expect, it } from 'vitest';
import {
  collectFiles,
  custodyCopies,
  diskSnapshots,
  forensicAttach,
  preserveFiles,
  shareSnapshots,
} from '../../src/index.js';
import { type Scene, scene } from '../world/scene.js';

const INCIDENT = 'inc-swept-0001';
const ORDER = { approver: 'ada', reason: 'the night’s sweep' };
const DAYS = 24 * 3_600_000;

const pipeline = ({ forensic, stagingBucket, kmsKeyArn }: Scene) =>
  IncidentPipeline.create('disk')
    .use(inspect())
    .use(diskSnapshots())
    .use(isolate())
    .use(cutConnections())
    .use(verifyContainment())
    .use(shareSnapshots())
    .use(custodyCopies({ kmsKeyArn }))
    .use(forensicAttach(forensic))
    .use(collectFiles())
    .use(preserveFiles({ stagingBucket }))
    .use(cleanup());

/** A run whose process dies after its nth changing call; undefined: it lives. */
async function killed(nth: number | undefined) {
  const made = await scene();
  const journal = memoryJournal();
  if (nth !== undefined)
    made.world.faults.add({ operation: '*', fault: 'crash-after', nth, only: 'mutating' });
  const end = await runProcess(() =>
    runIncident(pipeline(made), made.finding, {
      journal,
      environment: made.freshEnvironment(),
      incidentId: INCIDENT,
    }),
  ).catch((error: unknown) => error);
  if (end instanceof SimulatedCrash) journal.abandon(INCIDENT);
  const calls = made.world.calls.all().filter(({ mutating }) => mutating).length;
  const options = (): SweepOptions => ({
    journal,
    environment: made.freshEnvironment(),
    stagingBuckets: [made.stagingBucket],
  });
  return { ...made, journal, end, calls, options };
}

/** What of the incident is there in AWS beside evidence and containment. */
function leftIn({ security, suspect }: Scene): readonly string[] {
  const tagged = <T extends { readonly id: string; readonly tags: ReadonlyMap<string, string> }>(
    all: readonly T[],
  ) => all.filter(({ tags }) => tags.get('cordon:lifetime') === 'examination');
  return [
    ...tagged(instancesOf(security).all()).filter(({ state }) => state !== 'terminated'),
    ...tagged(volumesOf(security).all()).filter(({ state }) => state !== 'deleting' && state !== 'deleted'),
    ...tagged(snapshotsOf(security).all()),
    ...tagged(groupsOf(security).all()),
    ...groupsOf(suspect)
      .all()
      .filter(({ rules }) => rules.some(({ peer }) => peer.kind === 'prefix-list')),
  ].map(({ id }) => id);
}

describe('a sweep', { timeout: 600_000 }, () => {
  it('leaves nothing of a dead run but evidence and what contains the suspect', async () => {
    const { calls } = await killed(undefined);
    const wanted = Math.min(calls, Number(process.env['CRASH_POINTS'] ?? '4'));
    const points = Array.from({ length: wanted }, (_, index) => Math.ceil(((index + 0.7) * calls) / wanted));
    let found = 0;
    for (const nth of points) {
      const world = await killed(nth);
      expect(world.end).toBeInstanceOf(SimulatedCrash);
      await world.world.clock.advance(3 * DAYS);
      const snapshots = snapshotsOf(world.suspect).all().length;
      const { things, troubles } = await sweep({ ...world.options(), order: ORDER });
      expect({
        nth,
        troubles,
        suspicious: things.filter(({ standing }) => standing === 'suspicious'),
      }).toEqual({
        nth,
        troubles: [],
        suspicious: [],
      });
      const over = things.filter(({ standing }) => standing === 'left-over');
      found += over.length;
      expect(over.filter(({ deleted }) => deleted !== true)).toEqual([]);
      expect({ nth, left: leftIn(world) }).toEqual({ nth, left: [] });
      expect(snapshotsOf(world.suspect).all()).toHaveLength(snapshots);
      const { problems } = await verifyJournal(world.journal, INCIDENT, {});
      expect(problems).toEqual([]);
      await world.world.dispose();
    }
    expect(found).toBeGreaterThan(4);
  });
});
