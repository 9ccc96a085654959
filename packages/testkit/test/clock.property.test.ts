import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../src/index.js';

const START = new Date('2026-01-01T00:00:00Z');
const delays = fc.array(fc.array(fc.integer({ min: 0, max: 1_000 }), { maxLength: 6 }), { maxLength: 12 });

/** Workers that sleep again and again; who woke when, in the order it happened. */
async function wakeUps(
  workers: readonly (readonly number[])[],
): Promise<readonly (readonly [number, number])[]> {
  const clock = new VirtualClock(START);
  const woken: (readonly [number, number])[] = [];
  const work = async (worker: number, pauses: readonly number[]) => {
    for (const pause of pauses) {
      await clock.sleepUntil(new Date(clock.now().getTime() + pause));
      woken.push([clock.now().getTime() - START.getTime(), worker]);
    }
  };
  await Promise.all(workers.map((pauses, worker) => clock.working(() => work(worker, pauses))));
  return woken;
}

describe('any number of sleepers', () => {
  it('wake when they are due, time never goes back, and twice the same in the same order', async () => {
    await fc.assert(
      fc.asyncProperty(delays, async (workers) => {
        const woken = await wakeUps(workers);
        const times = woken.map(([time]) => time);
        expect(times).toEqual([...times].sort((a, b) => a - b));
        for (const [worker, pauses] of workers.entries()) {
          const own = woken.filter(([, who]) => who === worker).map(([time]) => time);
          let sum = 0;
          expect(own).toEqual(pauses.map((pause) => (sum += pause)));
        }
        expect(await wakeUps(workers)).toEqual(woken);
      }),
      { numRuns: 100 },
    );
  });
});
