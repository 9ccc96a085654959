#!/usr/bin/env node
// What importing the functions takes in a fresh process: for `npm run bench -- functions`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleFunction } from './function-bundles.mjs';

const RUNS = 11;
const WHAT = {
  trigger: 'the trigger',
  step: 'the step function',
  isolate: 'the step function, up to a client that can swap groups',
};

const out = mkdtempSync(join(fileURLToPath(new URL('..', import.meta.url)), 'bench', '.functions-'));
try {
  for (const [name, what] of Object.entries(WHAT)) {
    const { entry, bytes } = await bundleFunction(name, out);
    const program = `const began = performance.now(); await import(${JSON.stringify(entry)}); console.log(performance.now() - began);`;
    const times = Array.from({ length: RUNS }, () => {
      const run = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
      if (run.status !== 0) throw new Error(run.stderr);
      return Number(run.stdout);
    }).toSorted((a, b) => a - b);
    const [least, median, most] = [times[0], times[Math.floor(RUNS / 2)], times.at(-1)];
    console.log(
      `import of ${what}: ${median.toFixed(1)} ms (median of ${RUNS}, ${least.toFixed(1)} to ${most.toFixed(1)}; ${Math.round(bytes / 1000)} kB)`,
    );
  }
} finally {
  rmSync(out, { recursive: true, force: true });
}
