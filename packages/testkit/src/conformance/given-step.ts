import { defineStep, type Step } from '@cordon/core';
import type { ConformanceOptions, GivenFacts } from './options.js';

/** A step that provides the facts of which the judged step knows the shape, with the values that a test gives. */
export function givenStep(judged: Step, facts: NonNullable<ConformanceOptions['facts']>): Step {
  const known = [...judged.needs, ...judged.wants].filter(
    ({ name }) => name !== 'finding' && name !== 'suspect',
  );
  const provides = typeof facts === 'function' ? known : known.filter(({ name }) => name in facts);
  return defineStep({
    id: 'conformance.given',
    title: 'Provides the facts that a test gives',
    phase: 'protect',
    harmless: true,
    provides,
    async start(ctx) {
      const values: GivenFacts = typeof facts === 'function' ? await facts(ctx) : facts;
      return ctx.done(values);
    },
  });
}
