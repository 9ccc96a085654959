import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { askAgain, lookAgain } from '../../src/snapshots/patience.js';

const after = (seconds: number, percents: readonly number[]) =>
  lookAgain({
    sinceMs: 0,
    nowMs: seconds * 1000,
    underway: percents.map((percent) => ({ sinceMs: 0, percent })),
  }).seconds;

/** Looks until the end of something that goes on evenly, and how late the last one is. */
function follow(wholeSeconds: number): { readonly looks: number; readonly lateSeconds: number } {
  let looks = 0;
  let now = 30;
  for (; now < wholeSeconds; looks += 1)
    now += after(now, [Math.floor((100 * now) / wholeSeconds)]) ?? Number.NaN;
  return { looks, lateSeconds: now - wholeSeconds };
}

describe('the pause before the next look at a snapshot', () => {
  it('is half of what is left by the percents of the one that is the least far', () => {
    expect(after(200, [49, 60])).toBe(102);
    expect(after(200, [60, 49])).toBe(102);
  });

  it('is a tenth of what has passed where EC2 does not tell the percents of each', () => {
    expect(after(400, [])).toBe(40);
    expect(after(400, [0, 60])).toBe(40);
  });

  it('counts each from its own beginning', () => {
    const underway = [{ sinceMs: 100_000, percent: 24 }];
    expect(lookAgain({ sinceMs: 0, nowMs: 200_000, underway }).seconds).toBe(152);
  });

  it('lies between fifteen seconds and five minutes, and grows where the last percent does not come', () => {
    const percents = fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 5 });
    fc.assert(
      fc.property(fc.integer({ min: -10, max: 200_000 }), percents, (seconds, told) => {
        expect(after(seconds, told)).toBeGreaterThanOrEqual(15);
        expect(after(seconds, told)).toBeLessThanOrEqual(300);
      }),
    );
    expect(after(3600, [99])).toBe(108);
    expect(after(36_000, [99])).toBe(300);
  });

  it('needs a dozen looks at twenty minutes, and finds the end a twentieth late at most', () => {
    const twenty = follow(1200);
    expect(twenty.looks).toBeLessThanOrEqual(12);
    for (const seconds of [60, 300, 1200, 3600, 20_000]) {
      const { lateSeconds } = follow(seconds);
      expect(lateSeconds).toBeLessThanOrEqual(Math.max(15, seconds * 0.05));
    }
  });
});

describe('the pause before a place among the copies is asked for again', () => {
  it('is a minute and more, another for each who waits, and five minutes at most', () => {
    const waits = fc.tuple(fc.integer({ min: -10, max: 200_000 }), fc.string());
    fc.assert(
      fc.property(waits, ([seconds, seed]) => {
        const { seconds: pause = Number.NaN } = askAgain({ sinceMs: 0, nowMs: seconds * 1000 }, seed);
        expect(pause).toBeGreaterThanOrEqual(60);
        expect(pause).toBeLessThanOrEqual(300);
      }),
    );
    const pauses = Array.from({ length: 50 }, (_, nth) =>
      askAgain({ sinceMs: 0, nowMs: 0 }, `incident ${nth}`),
    );
    expect(new Set(pauses.map(({ seconds }) => seconds)).size).toBeGreaterThan(15);
  });
});
