import { setTimeout as realPause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { PacedClock } from '../../src/guest/paced-clock.js';

const START = new Date('2026-01-01T00:00:00Z');
const elapsed = (clock: PacedClock) => clock.now().getTime() - START.getTime();
const inMs = (clock: PacedClock, ms: number) => new Date(clock.now().getTime() + ms);

describe('the paced clock', () => {
  it('lets an hour pass in less real time while everybody sleeps', async () => {
    const clock = new PacedClock({ start: START, lapse: 36_000 });
    const began = performance.now();
    await clock.sleepUntil(inMs(clock, 3_600_000));
    expect(elapsed(clock)).toBeGreaterThanOrEqual(3_600_000);
    // At least a tenth of a second: it went there, it did not jump.
    expect(performance.now() - began).toBeGreaterThanOrEqual(99);
  });

  it('goes as real time does while somebody works', async () => {
    const clock = new PacedClock({ start: START, lapse: 1_000_000 });
    const asleep = clock.sleepUntil(inMs(clock, 3_600_000));
    const seen = await clock.working(async () => {
      const began = { clock: elapsed(clock), real: performance.now() };
      await realPause(50);
      return { elapsed: elapsed(clock) - began.clock, real: performance.now() - began.real };
    });
    expect(seen.elapsed).toBeGreaterThanOrEqual(49);
    expect(seen.elapsed).toBeLessThanOrEqual(seen.real + 2);
    await asleep;
  });

  it('hurries again as soon as the work itself sleeps', async () => {
    const clock = new PacedClock({ start: START, lapse: 1_000_000 });
    await clock.working(() => clock.sleepUntil(inMs(clock, 3_600_000)));
    expect(elapsed(clock)).toBeGreaterThanOrEqual(3_600_000);
  });

  it('is not hurried while something is under way, though everybody sleeps', async () => {
    const clock = new PacedClock({ start: START, lapse: 1_000_000 });
    clock.unhurried({ seconds: 0.1 });
    const began = performance.now();
    await clock.sleepUntil(inMs(clock, 100));
    expect(performance.now() - began).toBeGreaterThanOrEqual(99);
    await clock.sleepUntil(inMs(clock, 3_600_000));
    expect(elapsed(clock)).toBeGreaterThanOrEqual(3_600_000);
  });

  it('wakes sleepers by due time, and those of the same moment in the order they went to sleep', async () => {
    const clock = new PacedClock({ start: START, lapse: 1_000 });
    const woken: string[] = [];
    const due = inMs(clock, 5_000);
    const sleep = async (name: string, until: Date) => {
      await clock.sleepUntil(until);
      woken.push(name);
    };
    const late = new Date(due.getTime() + 5_000);
    await Promise.all([sleep('late', late), sleep('first', due), sleep('second', due)]);
    expect(woken).toEqual(['first', 'second', 'late']);
  });

  it('rejects with the reason of a signal', async () => {
    const clock = new PacedClock({ start: START });
    const reason = new Error('no longer wanted');
    const asleep = clock.sleepUntil(inMs(clock, 3_600_000), AbortSignal.abort(reason));
    await expect(asleep).rejects.toBe(reason);
  });
});
