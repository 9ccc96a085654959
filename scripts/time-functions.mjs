#!/usr/bin/env node
// What importing the functions takes in a fresh process: for `npm run bench -- functions`.
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleFunction } from './function-bundles.mjs';
import { timeImport, told } from './time-import.mjs';

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
    const runs = Array.from({ length: RUNS }, () => timeImport(entry));
    console.log(`import of ${what}: ${told(runs)}; ${Math.round(bytes / 1000)} kB`);
  }
} finally {
  rmSync(out, { recursive: true, force: true });
}
