#!/usr/bin/env node
// Runs the steps against moto's server over HTTP, and ends with `N passed, N failed` as the other tests do.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { MotoUnavailable, startMoto } from './moto-server.mjs';

const root = join(import.meta.dirname, '..');
const here = join(root, 'examples/moto');

/** The words go to vitest: a file to run, `-t` and a test's name. */
function runTests(url, words) {
  const child = spawn('node', ['scripts/test.mjs', '--config', 'examples/moto/vitest.config.ts', ...words], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, CORDON_MOTO_URL: url },
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

try {
  const moto = await startMoto({
    requirements: join(here, 'requirements.txt'),
    serve: join(here, 'serve.py'),
    folder: join(root, '.cordon/moto'),
  });
  try {
    process.exitCode = await runTests(moto.url, process.argv.slice(2));
  } finally {
    await moto.stop();
  }
} catch (error) {
  if (!(error instanceof MotoUnavailable)) throw error;
  console.error(error.message);
  console.log('0 passed, 1 failed');
  process.exitCode = 1;
}
