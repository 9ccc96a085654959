#!/usr/bin/env node
// Runs the tests and ends with one plain line that any CI can read: `N passed, N failed`.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { scratchFolder } from './scratch.mjs';

const folder = scratchFolder();
const results = join(folder, 'results.json');
const words = ['exec', 'vitest', 'run', '--reporter=dot', '--reporter=json', `--outputFile.json=${results}`];
let status = 1;
try {
  const run = spawnSync('pnpm', [...words, '--typecheck', ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, TMPDIR: folder },
  });
  status = run.status ?? 1;
  const { numPassedTests, numFailedTests, numPendingTests, testResults } = JSON.parse(
    readFileSync(results, 'utf8'),
  );
  // A file that cannot be loaded has no tests to fail, and one that cannot be prepared skips them all.
  const broken = testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed'),
  ).length;
  if (numPendingTests > 0) console.log(`${numPendingTests} skipped: this machine lacks what they need`);
  console.log(`${numPassedTests} passed, ${numFailedTests + broken} failed`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(status);
