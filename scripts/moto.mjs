#!/usr/bin/env node
// Runs the steps against moto's server over HTTP, and ends with `N passed, N failed` as the other tests do.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { MotoUnavailable, startMoto } from './moto-server.mjs';
import { NoVirtualEnvironment } from './virtual-environment.mjs';

const root = join(import.meta.dirname, '..');
const here = join(root, 'examples/moto');

/** The words go to vitest: a file to run, `-t` and a test's name. */
function runTests({ lenient, strict }, words) {
  const child = spawn('node', ['scripts/test.mjs', '--config', 'examples/moto/vitest.config.ts', ...words], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, CORDON_MOTO_URL: lenient.url, CORDON_STRICT_MOTO_URL: strict.url },
    // A process group of its own, so that a signal reaches all that the tests have started, and once.
    detached: true,
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => {
      if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid, signal);
    });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(signal === null ? code : 1));
  });
}

const start = (name) =>
  startMoto({
    requirements: join(here, 'requirements.txt'),
    serve: join(here, 'serve.py'),
    folder: join(root, '.cordon/moto'),
    name,
  });

/** Two servers: whether moto looks at signatures and policies, it knows only for all of its accounts at once. */
async function withServers(work) {
  const lenient = await start('lenient');
  try {
    const strict = await start('strict');
    try {
      return await work({ lenient, strict });
    } finally {
      await strict.stop();
    }
  } finally {
    await lenient.stop();
  }
}

try {
  process.exitCode = await withServers((servers) => runTests(servers, process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof MotoUnavailable || error instanceof NoVirtualEnvironment)) throw error;
  console.error(error.message);
  console.log('0 passed, 1 failed');
  process.exitCode = 1;
}
