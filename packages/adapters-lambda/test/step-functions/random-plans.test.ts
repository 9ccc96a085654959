import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Chance } from '../../../core/test/engine/random-plan.js';
import { randomRun } from './random-machine.js';

/** All twenty thousand: `CORDON_PLANS=20000`. */
const PLANS = Number(process.env['CORDON_PLANS'] ?? 60);

describe('any pipeline as a state machine', () => {
  it(`comes to its end, in the plan's order, although invocations die (${PLANS} plans)`, {
    timeout: 7_200_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 2 ** 32 - 1 }), async (seed) => {
        const { output, violations, unsettled } = await randomRun(new Chance(seed));
        expect(violations).toEqual([]);
        expect(unsettled).toEqual([]);
        expect(output).toMatchObject({ step: 'run', status: 'closed' });
      }),
      { numRuns: PLANS, endOnFailure: true },
    );
  });
});
