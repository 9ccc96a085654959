import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { confidence, DETECTED, score } from '../../src/webshell/score.js';

const signal = (weight: number, bonus = 0) => ({ id: 'x', weight, bonus, reason: 'x' });

describe('the score', () => {
  it('counts the strongest whole, others in part, weak ones hardly', () => {
    expect(score([signal(30), signal(50), signal(5)]).score).toBe(50 + 18 + 1);
    expect(score([signal(30), signal(50)]).signals.map((s) => s.weight)).toEqual([50, 30]);
  });

  it('never makes a detection of many weak signs', () => {
    expect(score(Array.from({ length: 20 }, () => signal(6))).score).toBeLessThan(DETECTED);
  });

  it('adds what counts only beside something else', () => {
    expect(score([signal(25), signal(0, 15)]).score).toBe(40);
  });

  it('never falls when a sign is added', () => {
    const weights = fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 10 });
    fc.assert(
      fc.property(weights, fc.integer({ min: 0, max: 100 }), (list, more) => {
        const before = score(list.map((w) => signal(w))).score;
        expect(score([...list, more].map((w) => signal(w))).score).toBeGreaterThanOrEqual(before - 1e-9);
      }),
    );
  });

  it('becomes a confidence between 0 and 1', () => {
    expect(confidence(0)).toBe(0);
    expect(confidence(DETECTED)).toBeCloseTo(0.63);
    expect(confidence(1_000)).toBe(1);
  });
});
