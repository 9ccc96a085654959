import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mutated, randomNumbers } from './mutate.js';
import { fuzzTargets, targetFiles } from './targets.js';

const RUNS = 150;

/** `pnpm bench:fuzz` does the same for minutes, and measures time and memory. */
describe('what a suspect may have changed', () => {
  it.each(fuzzTargets)(
    '$name: is read, or refused by name, and never more',
    async ({ seed, run, throws = [] }) => {
      const whole = await seed();
      await run(whole);
      const random = randomNumbers(4711);
      for (let at = 0; at < RUNS; at += 1) {
        const bytes = mutated(whole, random);
        try {
          await run(bytes);
        } catch (error) {
          const name = error instanceof Error ? error.name : String(error);
          expect(throws, `run ${at}: ${String(error)}`).toContain(name);
        }
      }
    },
  );

  it('is listed, each file of it, and each under a name of its own', () => {
    const files = readdirSync(join(import.meta.dirname, 'targets')).map((file) => file.replace(/\.ts$/, ''));
    expect(Object.keys(targetFiles).sort()).toEqual(files.sort());
    expect(new Set(fuzzTargets.map(({ name }) => name)).size).toBe(fuzzTargets.length);
  });
});
