import { describe, expect, it } from 'vitest';
import { mutated, randomNumbers } from './mutate.js';
import { fuzzTargets } from './targets.js';

const RUNS = 150;
const targets = await fuzzTargets();

/** `bench/fuzz` does the same for minutes, and measures time and memory. */
describe('what a suspect may have changed', () => {
  it.each(targets)(
    '$name: is read, or refused by name, and never more',
    async ({ seed, run, throws = [] }) => {
      await run(seed);
      const random = randomNumbers(4711);
      for (let at = 0; at < RUNS; at += 1) {
        const bytes = mutated(seed, random);
        try {
          await run(bytes);
        } catch (error) {
          const name = error instanceof Error ? error.name : String(error);
          expect(throws, `run ${at}: ${String(error)}`).toContain(name);
        }
      }
    },
  );
});
