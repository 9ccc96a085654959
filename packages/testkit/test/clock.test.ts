import { readFile } from 'node:fs/promises';
import { setTimeout as realPause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { crashHere, runProcess, SimulatedCrash, VirtualClock } from '../src/index.js';

const HOUR_MS = 3_600_000;
const START = new Date('2026-01-01T00:00:00Z');

const inMs = (clock: VirtualClock, ms: number) => new Date(clock.now().getTime() + ms);
const elapsed = (clock: VirtualClock) => clock.now().getTime() - START.getTime();

describe('the virtual clock', () => {
  it('lets an hour pass in no time', async () => {
    const clock = new VirtualClock(START);
    for (let i = 0; i < 60; i++) await clock.sleepUntil(inMs(clock, 60_000));
    expect(elapsed(clock)).toBe(HOUR_MS);
  });

  it('wakes sleepers by due time, and those of the same moment in the order they went to sleep', async () => {
    const clock = new VirtualClock(START);
    const woken: string[] = [];
    const sleep = async (name: string, ms: number) => {
      await clock.sleepUntil(inMs(clock, ms));
      woken.push(`${name}@${elapsed(clock)}`);
    };
    await Promise.all([sleep('late', 30), sleep('first', 10), sleep('second', 10), sleep('early', 5)]);
    expect(woken).toEqual(['early@5', 'first@10', 'second@10', 'late@30']);
  });

  it('stands still while somebody works, in real time', async () => {
    const clock = new VirtualClock(START);
    const sleeper = clock.sleepUntil(inMs(clock, HOUR_MS));
    const seen = await clock.working(async () => {
      await realPause(40);
      return elapsed(clock);
    });
    expect(seen).toBe(0);
    await sleeper;
    expect(elapsed(clock)).toBe(HOUR_MS);
  });

  it('does not count work that itself sleeps on it', async () => {
    const clock = new VirtualClock(START);
    await clock.working(async () => {
      await clock.working(() => clock.sleepUntil(inMs(clock, 1_000)));
      expect(elapsed(clock)).toBe(1_000);
    });
  });

  it('still counts work beside work that sleeps', async () => {
    const clock = new VirtualClock(START);
    const seen: number[] = [];
    await clock.working(() =>
      Promise.all([
        clock.sleepUntil(inMs(clock, 5_000)),
        clock.working(async () => {
          await realPause(30);
          seen.push(elapsed(clock));
        }),
      ]),
    );
    expect(seen).toEqual([0]);
    expect(elapsed(clock)).toBe(5_000);
  });

  it('waits for file work that nobody declared', async () => {
    const clock = new VirtualClock(START);
    const sleeper = clock.sleepUntil(inMs(clock, HOUR_MS));
    for (let i = 0; i < 20; i++) await readFile(new URL(import.meta.url));
    expect(elapsed(clock)).toBe(0);
    await sleeper;
  });

  it('rejects with the reason of the signal, and forgets the sleeper', async () => {
    const clock = new VirtualClock(START);
    const abort = new AbortController();
    const asleep = clock.sleepUntil(inMs(clock, HOUR_MS), abort.signal);
    abort.abort(new Error('enough'));
    await expect(asleep).rejects.toThrow('enough');
    await clock.advance(10);
    expect(elapsed(clock)).toBe(10);
  });

  it('is not held by a killed process, whose sleepers never wake', async () => {
    const clock = new VirtualClock(START);
    let woke = false;
    const outside = clock.sleepUntil(inMs(clock, 2_000));
    const run = runProcess(async () => {
      void clock.sleepUntil(inMs(clock, 1_000)).then(() => {
        woke = true;
      });
      await clock.working(() => crashHere('kill -9'));
    });
    await expect(run).rejects.toBeInstanceOf(SimulatedCrash);
    await outside;
    expect(woke).toBe(false);
    expect(elapsed(clock)).toBe(2_000);
  });
});
