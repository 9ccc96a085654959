import { memoryJournal } from '@cordon/core';
import { Random } from '@cordon/testkit';
import { describe, expect, it } from 'vitest';
import { FINDING, quietWorld } from '../durable/quiet-world.js';
import { criticalPath, type Durations, incidentOf, serialMachine, TYPICAL } from './durations.js';
import { DyingJournal } from './dying-journal.js';
import { HOSTS, type Host } from './hosts.js';

/** How many incidents with durations of their own: `MAKESPANS=200`. Really suspended ones take their time. */
const MAKESPANS = Number(process.env['MAKESPANS'] ?? 20);
const countFor = ({ name }: Host) => (name === 'Node' ? MAKESPANS : Math.ceil(MAKESPANS / 10));

/** How much longer than the critical path an incident may take: as it is, and 19 of 20 when everything varies. */
const LIMITS: Readonly<Record<string, { readonly typical: number; readonly varied: number }>> = {
  Node: { typical: 1.02, varied: 1.03 },
  'durable functions': { typical: 1.1, varied: 1.15 },
};

/** A state machine's own pace is measured where it is run. */
const MEASURED = HOSTS.filter(({ name }) => LIMITS[name] !== undefined);

/** Virtual seconds from the finding to the closing entry, by the journal. */
async function makespan(host: Host, durations: Durations): Promise<number> {
  const { clock, environment } = quietWorld();
  const journal = memoryJournal();
  const dying = new DyingJournal(journal, undefined);
  const pipeline = incidentOf(durations);
  const given = { pipeline, finding: FINDING, clock, environment: () => environment, journal, dying };
  const incident = await host.drive(given);
  const entries = await (await journal.visit(incident)).read();
  const at = (kind: string) => {
    const entry = entries.find((one) => one.ledger === 'run' && one.kind === kind);
    return Date.parse(entry?.at ?? '') / 1000;
  };
  return at('closed') - at('opened');
}

/** A sixth to six times as long, each on its own. */
function varied(random: Random): Durations {
  const factor = () => 6 ** (random.integer(-1_000, 1_000) / 1_000);
  const entries = Object.entries(TYPICAL).map(([id, seconds]) => [id, Math.max(1, seconds * factor())]);
  // Every part has got its duration.
  return Object.fromEntries(entries) as Durations;
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

describe('how long an incident takes', { timeout: 600_000 }, () => {
  it.each(MEASURED)('is what AWS takes along the longest way, and little more: $name', async (host) => {
    const ratio = (await makespan(host, TYPICAL)) / criticalPath(TYPICAL);
    expect(ratio).toBeGreaterThanOrEqual(1);
    expect(ratio).toBeLessThanOrEqual(LIMITS[host.name]?.typical ?? 1);
  });

  it.each(MEASURED)(
    'stays so when every duration varies between a sixth and six times: $name',
    async (host) => {
      const random = new Random('makespan');
      const ratios: number[] = [];
      for (let nth = 0; nth < countFor(host); nth += 1) {
        const durations = varied(random);
        ratios.push((await makespan(host, durations)) / criticalPath(durations));
      }
      if (MAKESPANS > 20)
        process.stderr.write(
          `${host.name}: ${percentile(ratios, 0.5)} median, ${percentile(ratios, 0.95)} p95\n`,
        );
      expect(percentile(ratios, 0.95)).toBeLessThanOrEqual(LIMITS[host.name]?.varied ?? 1);
    },
  );

  it('is well under that of a machine that does one thing after the other and looks every minute', async () => {
    const [node] = MEASURED;
    if (node === undefined) throw new Error('no host');
    const ratio = serialMachine(TYPICAL) / (await makespan(node, TYPICAL));
    expect(ratio).toBeGreaterThan(1.4);
  });
});
