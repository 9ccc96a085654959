#!/usr/bin/env node
// Builds the packages when a source is newer than the last build, without declarations, and runs the quickstart.
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const stamp = join(root, '.cordon/demo-build');
const sources = globSync('packages/*/{src/**/*,package.json,tsup.config.ts}', { cwd: root }).map((path) =>
  join(root, path),
);

function isFresh() {
  if (!existsSync(stamp)) return false;
  const built = statSync(stamp).mtimeMs;
  return sources.every((path) => statSync(path).mtimeMs <= built);
}

function run(command, words, env = {}) {
  const done = spawnSync(command, words, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
  if (done.status !== 0) process.exit(done.status ?? 1);
}

if (!isFresh()) {
  process.stderr.write('Building the packages once ...\n');
  run('pnpm', ['--recursive', '--filter', './packages/*', '--silent', 'run', 'build', '--silent'], {
    CORDON_FAST_BUILD: '1',
  });
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, '');
}
run('node', [
  '--disable-warning=ExperimentalWarning',
  'examples/quickstart/src/main.ts',
  ...process.argv.slice(2),
]);
