import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stepKey } from '../../src/engine/step-key.js';

describe("a step's key", () => {
  it('is the same on every attempt, and another for another incident, step or generation', () => {
    const place = fc.tuple(fc.string(), fc.string(), fc.nat({ max: 9 }));
    fc.assert(
      fc.property(place, place, (one, other) => {
        fc.pre(one.join('\n') !== other.join('\n'));
        expect(stepKey(...one)).toBe(stepKey(...one));
        expect(stepKey(...one)).not.toBe(stepKey(...other));
      }),
    );
  });

  it('is what EC2 takes as a client token and as the value of a tag', () => {
    expect(stepKey('inc-20261120t0331-5f0c2a91', 'disk.forensic', 0)).toMatch(/^[0-9a-f]{32}$/);
  });
});
