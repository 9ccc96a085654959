import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffMs } from '../../src/aws/retry.js';

describe('the backoff', () => {
  it('is the same for the same seed, and never under half nor over all of its step', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 12 }), (seed, attempt) => {
        const full = Math.min(10_000, 500 * 2 ** (attempt - 1));
        const delay = backoffMs(seed, attempt);
        expect(delay).toBe(backoffMs(seed, attempt));
        expect(delay).toBeGreaterThanOrEqual(full / 2);
        expect(delay).toBeLessThanOrEqual(full);
      }),
    );
  });

  it('parts callers that were throttled at the same moment', () => {
    const delays = new Set(Array.from({ length: 100 }, (_, n) => backoffMs(`incident-${n}`, 5)));
    expect(delays.size).toBeGreaterThan(90);
  });
});
