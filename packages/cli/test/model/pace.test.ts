import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Pace, paced, percentOf, rateOf, timeLeft } from '../../src/model/pace.js';

const MB = 1_000_000;

function progress(done: number, total = 1000 * MB) {
  return { step: 'memory.lime', done, total, unit: 'bytes' };
}

/** One word of progress a second, so many bytes each. */
function steady(words: number, bytesEach: number): Pace {
  let pace: Pace | undefined;
  for (let at = 0; at <= words; at += 1) pace = paced(pace, progress(at * bytesEach), at * 1000);
  if (pace === undefined) throw new Error('there was no word');
  return pace;
}

describe('paced', () => {
  it('knows percent, rate and the time that is left', () => {
    const pace = steady(4, 100 * MB);
    expect(percentOf(pace)).toBe(40);
    expect(rateOf(pace)).toBe(100 * MB);
    expect(timeLeft(pace, 4000)).toBe(6000);
    expect(timeLeft(pace, 5500)).toBe(4500);
  });

  it('knows no rate before something has moved', () => {
    expect(rateOf(steady(0, 5))).toBeUndefined();
    expect(timeLeft(steady(3, 0), 3000)).toBeUndefined();
  });

  it('reckons from where a resumed run goes on, not from zero', () => {
    const first = paced(undefined, progress(900 * MB), 1_000_000);
    const pace = paced(first, progress(910 * MB), 1_001_000);
    expect(pace && rateOf(pace)).toBe(10 * MB);
  });

  it('forgets how fast it was long ago', () => {
    const fast = steady(5, 100 * MB);
    const pace = paced(paced(fast, progress(501 * MB), 400_000), progress(502 * MB), 401_000);
    expect(pace && rateOf(pace)).toBe(MB);
  });

  it('knows a rate where words come every five minutes, in whole percents', () => {
    const GIB = 1024 ** 3;
    const total = 1000 * GIB;
    let pace: Pace | undefined;
    // Ten hours: 0.83% between two looks, which EC2 tells as 0 or 1.
    for (let at = 0; at <= 36_000; at += 300) {
      const percent = Math.floor(at / 360);
      pace = paced(
        pace,
        { step: 'disk.share', done: (percent / 100) * total, total, unit: 'bytes' },
        at * 1000,
      );
      if (pace === undefined || at < 3600) continue;
      const rate = rateOf(pace) ?? 0;
      expect(rate / (total / 36_000)).toBeGreaterThan(0.7);
      expect(rate / (total / 36_000)).toBeLessThan(1.3);
    }
  });

  it('begins anew when something else begins', () => {
    const pace = paced(steady(5, 100 * MB), progress(10 * MB), 6000);
    expect(pace && rateOf(pace)).toBeUndefined();
  });

  it('is not led astray by odd figures', () => {
    const figure = fc.oneof(fc.double(), fc.integer());
    fc.assert(
      fc.property(fc.array(fc.tuple(figure, figure), { maxLength: 20 }), (words) => {
        let pace: Pace | undefined;
        for (const [at, [done, total]] of words.entries())
          pace = paced(pace, { step: 's', done, total, unit: 'x' }, at * 100);
        if (pace === undefined) return;
        expect(percentOf(pace)).toBeGreaterThanOrEqual(0);
        expect(percentOf(pace)).toBeLessThanOrEqual(100);
        expect(timeLeft(pace, 1e6) ?? 0).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
