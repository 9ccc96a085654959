import { VirtualClock } from '@cordon/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TokenBucket } from '../../src/aws/token-bucket.js';

function bucketOf(size: { readonly capacity: number; readonly perSecond: number }) {
  const clock = new VirtualClock();
  const beganMs = clock.now().getTime();
  const bucket = new TokenBucket(size, clock);
  const served: { readonly who: number; readonly atMs: number }[] = [];
  const take = async (who: number, signal?: AbortSignal) => {
    await bucket.take(signal);
    served.push({ who, atMs: clock.now().getTime() - beganMs });
  };
  return { clock, bucket, take, served };
}

describe('a token bucket', () => {
  it('serves what it holds at once, and the others in the order in which they came', async () => {
    const { take, served } = bucketOf({ capacity: 2, perSecond: 4 });
    await Promise.all([0, 1, 2, 3, 4].map((who) => take(who)));
    expect(served).toEqual([
      { who: 0, atMs: 0 },
      { who: 1, atMs: 0 },
      { who: 2, atMs: 250 },
      { who: 3, atMs: 500 },
      { who: 4, atMs: 750 },
    ]);
  });

  it('fills up again to what it holds, and not beyond', async () => {
    const { take, served, clock } = bucketOf({ capacity: 2, perSecond: 1 });
    await Promise.all([take(0), take(1)]);
    await clock.advance(60_000);
    await Promise.all([take(2), take(3), take(4)]);
    expect(served.map(({ atMs }) => atMs)).toEqual([0, 0, 60_000, 60_000, 61_000]);
  });

  it('gives the token of one who has given up to whoever comes next', async () => {
    const { take, served } = bucketOf({ capacity: 1, perSecond: 1 });
    const gone = new AbortController();
    await take(0);
    const waiting = take(1, gone.signal);
    gone.abort(new Error('no time left'));
    await expect(waiting).rejects.toThrow('no time left');
    await take(2);
    expect(served).toEqual([
      { who: 0, atMs: 0 },
      { who: 2, atMs: 1_000 },
    ]);
  });

  it('gives none at once that is there for somebody who waits', async () => {
    const { bucket, clock, take } = bucketOf({ capacity: 2, perSecond: 1 });
    expect(bucket.tryTake()).toBe(true);
    await take(0);
    expect(bucket.tryTake()).toBe(false);
    const waiting = take(1);
    expect(bucket.tryTake()).toBe(false);
    await waiting;
    expect(bucket.tryTake()).toBe(false);
    await clock.advance(1_000);
    expect(bucket.tryTake()).toBe(true);
  });

  it('lets all wait when its owner says that it is empty', async () => {
    const { bucket, take, served } = bucketOf({ capacity: 10, perSecond: 2 });
    bucket.empty();
    await Promise.all([take(0), take(1)]);
    expect(served.map(({ atMs }) => atMs)).toEqual([500, 1_000]);
  });

  it('never serves more in any time than it held and has gained', async () => {
    const arrivals = fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(arrivals, async (pauses) => {
        const { clock, take, served } = bucketOf({ capacity: 3, perSecond: 2 });
        const taking: Promise<void>[] = [];
        for (const [who, ms] of pauses.entries()) {
          if (ms % 3 === 0) await clock.advance(ms);
          taking.push(take(who));
        }
        await Promise.all(taking);
        expect(served.map(({ who }) => who)).toEqual(pauses.map((_, who) => who));
        for (const [nth, from] of served.entries())
          for (const [other, to] of served.entries())
            if (other >= nth)
              expect(other - nth + 1).toBeLessThanOrEqual(3 + ((to.atMs - from.atMs) / 1000) * 2 + 1e-6);
      }),
      { numRuns: 50 },
    );
  });
});
