#!/usr/bin/env node
// Runs the pipeline against real Linux guests under QEMU. What is needed comes by apt; where it cannot be had, the tests
// are skipped by name. Ends with `N passed, N failed` as the other tests do.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { arch, platform } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** Commands, each with the Debian package that has it. */
const TOOLS = {
  'qemu-system-x86_64': 'qemu-system-x86',
  mmdebstrap: 'mmdebstrap',
  mke2fs: 'e2fsprogs',
  sfdisk: 'fdisk',
  setpriv: 'util-linux',
  gcc: 'gcc',
  make: 'make',
  modinfo: 'kmod',
  strip: 'binutils',
  python3: 'python3-venv',
};

const has = (command) =>
  `${process.env.PATH}:/usr/sbin:/sbin`.split(':').some((folder) => existsSync(join(folder, command)));

function apt(...words) {
  const options = { encoding: 'utf8', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  const run = spawnSync('apt-get', ['-qq', '-o', 'DPkg::Lock::Timeout=300', ...words], options);
  return run.status === 0 ? undefined : (run.error?.message ?? run.stderr.trim().split('\n').at(-1));
}

/** Why the tests cannot run here, as `CODE: sentence`; undefined when they can. */
function obstacle() {
  if (platform() !== 'linux' || arch() !== 'x64') return 'NOT_LINUX: guests are x86-64, of a Debian host';
  if (process.getuid() !== 0) return 'NOT_ROOT: images hold files of many owners, which root alone can make';
  if (!existsSync('/etc/debian_version') || !has('apt-get'))
    return 'NOT_DEBIAN: kernels and packages come by apt';
  const missing = Object.entries(TOOLS).filter(([command]) => !has(command));
  if (missing.length > 0) {
    console.log(`guest: installing ${missing.map(([, name]) => name).join(', ')}`);
    const failed =
      apt('update') ?? apt('install', '-y', '--no-install-recommends', ...missing.map(([, name]) => name));
    if (failed !== undefined) return `NO_QEMU: ${failed}`;
  }
  return undefined;
}

/** What runs where nothing else is asked for. */
const USUAL = ['test/harness', 'test/incident'];

/** The words go to vitest: a file to run, `-t` and a test's name. */
function runTests(words) {
  const child = spawn('node', ['scripts/test.mjs', '--config', 'examples/guest/vitest.config.ts', ...words], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` },
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

const why = obstacle();
if (why === undefined)
  process.exitCode = await runTests(process.argv.length > 2 ? process.argv.slice(2) : USUAL);
else {
  console.log(`guest: skipped, ${why}`);
  console.log('0 passed, 0 failed');
}
