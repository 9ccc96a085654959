import {
  type JournalProvider,
  type JournalStore,
  memoryJournal,
  runIncident,
  verifyJournal,
} from '@cordon/core';
import { ec2, s3 } from '@cordon/core/aws';
import { crashHere, isDead, runProcess, SimulatedCrash } from '@cordon/testkit';
import { describe, expect, it } from 'vitest';
import { webServerPipeline } from '../src/pipeline.ts';
import { type Simulation, simulation } from '../src/simulation.ts';

const INCIDENT = 'inc-crash-0001';
/** How many points are tried: some in every run, all of them with `CRASH_POINTS=all`. */
const WANTED = process.env['CRASH_POINTS'] ?? '6';

/** A journal whose nth append is the last thing that its process does. */
function dyingJournal(journal: JournalProvider, nth: number) {
  let appends = 0;
  const dying = (store: JournalStore): JournalStore => ({
    ...store,
    read: () => store.read(),
    async append(ledger, entries, expectedSeq) {
      if (isDead()) return new Promise(() => undefined);
      await store.append(ledger, entries, expectedSeq);
      appends += 1;
      if (appends === nth) await crashHere(`after append ${nth}`);
    },
  });
  const provider: JournalProvider = {
    open: async (id) => dying(await journal.open(id)),
    visit: (id) => journal.visit(id),
    lease: (key, candidate) => journal.lease(key, candidate),
    release: (key, id) => journal.release(key, id),
    list: () => journal.list(),
  };
  return { provider, appends: () => appends };
}

/** What there is in both accounts when all is over, counted by kind. */
async function census({ environment, finding, deployment }: Simulation) {
  const incident = { id: INCIDENT, suspect: finding.suspect };
  const suspect = environment.account('suspect', incident);
  const security = environment.account('security', incident);
  const snapshots = async (account: typeof suspect) =>
    (await account.call(ec2.DescribeSnapshots, { OwnerIds: ['self'] })).Snapshots?.length;
  const tagged = { Filters: [{ Name: 'tag:cordon:incident', Values: [INCIDENT] }] };
  const reservations = (await security.call(ec2.DescribeInstances, tagged)).Reservations ?? [];
  const uploads = await security.call(s3.ListMultipartUploads, { Bucket: deployment.stagingBucket });
  const groups = (await suspect.call(ec2.DescribeSecurityGroups, {})).SecurityGroups ?? [];
  return {
    suspectSnapshots: await snapshots(suspect),
    custodySnapshots: await snapshots(security),
    forensicInstances: reservations.flatMap(({ Instances = [] }) =>
      Instances.map(({ State }) => State?.Name),
    ),
    volumesLeft: (await security.call(ec2.DescribeVolumes, tagged)).Volumes?.length,
    uploadsOpen: uploads.Uploads?.length ?? 0,
    ownGroups: groups.filter(({ GroupName = '' }) => GroupName.startsWith('baseline-')).length,
  };
}

type Point = { readonly after: 'append' | 'call'; readonly nth: number };

/** Kills the run at the point, runs it again in another process, and looks at what there is. */
async function killedAt(point: Point | undefined) {
  const scene = await simulation({ visibilityLagSeconds: 8 });
  const journal = memoryJournal();
  const dying = dyingJournal(journal, point?.after === 'append' ? point.nth : 0);
  if (point?.after === 'call')
    scene.world.faults.add({ operation: '*', fault: 'crash-after', nth: point.nth, only: 'mutating' });
  const run = (provider: JournalProvider) => () =>
    runIncident(webServerPipeline(scene.deployment), scene.finding, {
      journal: provider,
      environment: scene.freshEnvironment(),
      incidentId: INCIDENT,
    });
  try {
    const first = await runProcess(run(dying.provider)).catch((error: unknown) => error);
    const killed = first instanceof SimulatedCrash;
    if (killed) journal.abandon(INCIDENT);
    const result = killed ? await runProcess(run(journal)) : first;
    await scene.world.clock.advance(600_000);
    const { evidence } = scene.environment;
    const { state, problems } = await verifyJournal(journal, INCIDENT, { evidence });
    const calls = scene.world.calls.all().filter(({ mutating }) => mutating).length;
    return { killed, result, counts: await census(scene), state, problems, appends: dying.appends(), calls };
  } finally {
    await scene.world.dispose();
  }
}

function spread(count: number): readonly number[] {
  const wanted = WANTED === 'all' ? count : Math.min(count, Math.ceil(Number(WANTED) / 2));
  return Array.from({ length: wanted }, (_, index) => Math.floor((index * count) / wanted) + 1);
}

describe('a run that is killed', () => {
  it('ends as if it had not been', { timeout: 7_200_000 }, async () => {
    const whole = await killedAt(undefined);
    expect(whole.result).toMatchObject({ outcome: 'complete' });
    const points: Point[] = [
      ...spread(whole.appends).map((nth) => ({ after: 'append' as const, nth })),
      ...spread(whole.calls).map((nth) => ({ after: 'call' as const, nth })),
    ];
    const facts = Object.keys((whole.result as { facts: object }).facts).toSorted();
    for (const point of points) {
      const again = await killedAt(point);
      const at = `killed after ${point.after} ${point.nth}`;
      expect(again.killed, at).toBe(true);
      expect(again.result, at).toMatchObject({ outcome: 'complete' });
      expect(Object.keys((again.result as { facts: object }).facts).toSorted(), at).toEqual(facts);
      expect(again.counts, at).toEqual(whole.counts);
      expect({ state: again.state, problems: again.problems }, at).toEqual({ state: 'whole', problems: [] });
    }
    expect(points.length).toBeGreaterThan(3);
  });
});
