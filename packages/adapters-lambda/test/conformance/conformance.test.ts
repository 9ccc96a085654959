import { describe, expect, it } from 'vitest';
import { DyingJournal } from './dying-journal.js';
import { HOSTS, type Host } from './hosts.js';
import { scene } from './scene.js';
import { differencesOf, type Story, storyOf } from './story.js';

/** How many deaths of each kind for each host; all of them with `CONFORMANCE_POINTS=all`. */
const WANTED = process.env['CONFORMANCE_POINTS'] ?? '1';

/** After the nth append (of an intent, a call, a record), or after the nth changing call took effect. */
type Point = { readonly after: 'append' | 'call'; readonly nth: number };

/** One death alone, to look into: `CONFORMANCE_ONLY='call 14'`. */
const [KIND, NTH] = (process.env['CONFORMANCE_ONLY'] ?? '').split(' ');
const ONLY: Point[] | undefined =
  KIND === 'append' || KIND === 'call' ? [{ after: KIND, nth: Number(NTH) }] : undefined;

interface Ended {
  readonly story: Story;
  readonly appends: number;
  /** Which of the changing calls have an effect to die after. */
  readonly calls: readonly number[];
}

async function driven(host: Host, point?: Point): Promise<Ended> {
  const here = await scene();
  const { world, journal, finding, environment } = here;
  const dying = new DyingJournal(journal, point?.after === 'append' ? point.nth : undefined);
  if (point?.after === 'call')
    world.faults.add({ operation: '*', fault: 'crash-after', nth: point.nth, only: 'mutating' });
  try {
    const pipeline = here.pipeline();
    const { clock } = world;
    const incident = await host.drive({ pipeline, finding, clock, environment, journal, dying });
    await clock.advance(600_000);
    const changing = world.calls.all().filter(({ mutating }) => mutating);
    return {
      story: await storyOf(here, journal, incident),
      appends: dying.appends,
      calls: changing.flatMap(({ outcome }, index) => (outcome === 'ok' ? [index + 1] : [])),
    };
  } finally {
    await world.dispose();
  }
}

function spread(all: readonly number[]): readonly number[] {
  const wanted = WANTED === 'all' ? all.length : Math.min(all.length, Number(WANTED));
  return Array.from({ length: wanted }, (_, index) => all[Math.floor((index * all.length) / wanted)] ?? 1);
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

const undisturbed = new Map<string, Promise<Ended>>();
function whole(host: Host): Promise<Ended> {
  const known = undisturbed.get(host.name) ?? driven(host);
  undisturbed.set(host.name, known);
  return known;
}

const [node, ...others] = HOSTS;
if (node === undefined) throw new Error('no host');

describe('one pipeline in every host', { timeout: 7_200_000 }, () => {
  it('is contained, preserved and examined by the Node host', async () => {
    const { story } = await whole(node);
    expect(story).toMatchObject({ journal: 'whole', outcome: 'complete' });
    expect(Object.keys(story.made)).toEqual([
      'autoscaling:DetachInstances',
      'ec2:AuthorizeSecurityGroupEgress',
      'ec2:CopySnapshot',
      'ec2:CreateSecurityGroup',
      'ec2:CreateSnapshots',
      'ec2:RevokeSecurityGroupEgress',
    ]);
  });

  it.each(others)(
    'ends with the same facts and the same changes, and tells the same: $name',
    async (host) => {
      expect(differencesOf((await whole(node)).story, (await whole(host)).story)).toEqual([]);
    },
  );

  it.each(HOSTS)('makes nothing twice, and ends the same, wherever its process dies: $name', async (host) => {
    const { story, appends, calls } = await whole(host);
    const points: Point[] = ONLY ?? [
      ...spread(upTo(appends)).map((nth) => ({ after: 'append' as const, nth })),
      ...spread(calls).map((nth) => ({ after: 'call' as const, nth })),
    ];
    const wrong: { readonly point: Point; readonly differences: readonly string[] }[] = [];
    for (const point of points) {
      const again = await driven(host, point);
      const differences = differencesOf(story, again.story);
      if (differences.length > 0) wrong.push({ point, differences });
    }
    expect(wrong).toEqual([]);
  });
});
