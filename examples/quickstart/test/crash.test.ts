import {
  type IncidentResult,
  type JournalProvider,
  type JournalStore,
  memoryJournal,
  runIncident,
  verifyJournal,
} from '@cordon/core';
import { crashHere, isDead, runProcess, SimulatedCrash } from '@cordon/testkit';
import { describe, expect, it } from 'vitest';
import { webServerPipeline } from '../src/pipeline.ts';
import { simulation } from '../src/simulation.ts';
import { census } from './census.ts';

const INCIDENT = 'inc-crash-0001';
/** How many points are tried: some in every run, all of them with `CRASH_POINTS=all`. */
const WANTED = process.env['CRASH_POINTS'] ?? '6';
/** A long run tells how far it is. */
const LOUD = WANTED === 'all' || Number(WANTED) > 20;
/** One point alone, to look into: `append 14`. */
const ONLY = process.env['CRASH_ONLY'];

/** A journal whose nth append is the last thing that its process does. */
function dyingJournal(journal: JournalProvider, nth: number) {
  let appends = 0;
  const dying = (store: JournalStore): JournalStore => ({
    ...store,
    read: () => store.read(),
    ledgers: () => store.ledgers(),
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
    // A run that made fewer calls this time dies of none of them: nor must what looks at its end.
    scene.world.faults.clear();
    if (killed) journal.abandon(INCIDENT);
    const result = killed ? await runProcess(run(journal)) : first;
    await scene.world.clock.advance(600_000);
    const { evidence } = scene.environment;
    const { state, problems } = await verifyJournal(journal, INCIDENT, { evidence });
    // A call that AWS refused has no effect to die after.
    const changing = scene.world.calls.all().filter(({ mutating }) => mutating);
    const calls = changing.flatMap(({ outcome }, index) => (outcome === 'ok' ? [index + 1] : []));
    return {
      killed,
      result,
      counts: await census(scene, INCIDENT),
      state,
      problems,
      appends: dying.appends(),
      calls,
    };
  } finally {
    await scene.world.dispose();
  }
}

/** Steps that did not succeed, with the reason. */
function unsettled(result: unknown): readonly string[] {
  const { steps } = result as IncidentResult & { status: 'closed' };
  return steps.flatMap(({ id, status, reason }) =>
    status === 'succeeded' ? [] : [`${id} ${status}: ${reason}`],
  );
}

type Ended = Awaited<ReturnType<typeof killedAt>>;

function factNames({ result }: Ended): readonly string[] {
  return Object.keys((result as { facts: object }).facts).toSorted();
}

/** In what a killed run ended otherwise than one that was not; undefined: in nothing. */
function differenceOf(
  again: Ended,
  { whole, facts }: { whole: Ended; facts: readonly string[] },
): string | undefined {
  const differs = (what: string, is: unknown, was: unknown) =>
    JSON.stringify(is) === JSON.stringify(was)
      ? []
      : [`${what} ${JSON.stringify(is)} for ${JSON.stringify(was)}`];
  const all = [
    ...unsettled(again.result),
    ...differs('facts', factNames(again), facts),
    ...differs('counts', again.counts, whole.counts),
    ...differs('journal', [again.state, again.problems], ['whole', []]),
  ];
  return all.length === 0 ? undefined : all.join('; ');
}

function spread(all: readonly number[]): readonly number[] {
  const wanted = WANTED === 'all' ? all.length : Math.min(all.length, Math.ceil(Number(WANTED) / 2));
  return Array.from({ length: wanted }, (_, index) => all[Math.floor((index * all.length) / wanted)] ?? 1);
}

describe('a run that is killed', () => {
  it('ends as if it had not been', { timeout: 7_200_000 }, async () => {
    const whole = await killedAt(undefined);
    expect(whole.result).toMatchObject({ outcome: 'complete' });
    const points: Point[] = [
      ...spread(Array.from({ length: whole.appends }, (_, index) => index + 1)).map((nth) => ({
        after: 'append' as const,
        nth,
      })),
      ...spread(whole.calls).map((nth) => ({ after: 'call' as const, nth })),
    ];
    const [kind, number] = ONLY?.split(' ') ?? [];
    if (kind === 'append' || kind === 'call')
      points.splice(0, points.length, { after: kind, nth: Number(number) });
    const facts = factNames(whole);
    const wrong: string[] = [];
    let killed = 0;
    for (const point of points) {
      const again = await killedAt(point);
      // Steps run side by side: the call of that number may be one that AWS refuses this time, and nobody dies of it.
      if (again.killed) killed += 1;
      const difference = differenceOf(again, { whole, facts });
      const at = `killed after ${point.after} ${point.nth}`;
      if (LOUD) process.stderr.write(`${at}: ${difference ?? 'as if nothing had been'}\n`);
      if (difference !== undefined) wrong.push(`${at}: ${difference}`);
    }
    expect(wrong).toEqual([]);
    expect(killed).toBeGreaterThan(0.8 * points.length);
    expect(points.length).toBeGreaterThan(ONLY === undefined ? 3 : 0);
  });
});
