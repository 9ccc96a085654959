#!/usr/bin/env node
// Runs one of the project's commands on the Node and pnpm it is developed with, whatever Node >= 20 is here:
// both come from npm. WITH_NODE=26 npm test tries another one.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [command = 'test', ...rest] = process.argv.slice(2);
const wanted = process.env.WITH_NODE ?? '24';
const PNPM = 'pnpm@12.4.2';

// What npm run sets for its own child would reach the inner npx and pnpm as configuration.
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));

function quote(word) {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** pnpm writes node_modules/.modules.yaml last: older than the lock file means the install is stale or torn. */
function installed() {
  const stamp = join(root, 'node_modules/.modules.yaml');
  return existsSync(stamp) && statSync(stamp).mtimeMs >= statSync(join(root, 'pnpm-lock.yaml')).mtimeMs;
}

const install = installed() ? '' : 'pnpm install --frozen-lockfile --reporter=append-only 1>&2 && ';
const line = `${install}pnpm --silent run with:${command} ${rest.map(quote).join(' ')}`;
const run = spawnSync('npx', ['-y', '-p', `node@${wanted}`, '-p', PNPM, '-c', line], {
  cwd: root,
  env,
  stdio: 'inherit',
});
if (run.error) console.error(`cordon: npx could not be run: ${run.error.message}`);
process.exit(run.status ?? 1);
