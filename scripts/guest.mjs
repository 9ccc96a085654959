#!/usr/bin/env node
// Runs the pipeline against real Linux guests under QEMU. What is needed comes by apt; where it cannot be had, the tests
// are skipped by name. Ends with `N passed, N failed` as the other tests do.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { arch, platform, tmpdir } from 'node:os';
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

/** What went wrong, in a line; undefined when nothing did. */
function attempt(command, ...words) {
  const options = { encoding: 'utf8', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  const run = spawnSync(command, words, options);
  if (run.status === 0) return undefined;
  return (
    run.error?.message ?? (run.stderr.trim().split('\n').at(-1) || `${command} ended with ${run.status}`)
  );
}

const apt = (...words) => attempt('apt-get', '-qq', '-o', 'DPkg::Lock::Timeout=300', ...words);

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

/** One small package, by pip itself: it knows where this machine's packages come from. */
function pip() {
  const folder = mkdtempSync(join(tmpdir(), 'cordon-pip-'));
  const python = join(folder, 'python/bin/python');
  try {
    return (
      attempt('python3', '-m', 'venv', join(folder, 'python')) ??
      attempt(python, '-m', 'pip', '-q', 'download', '--no-deps', '--dest', folder, 'volatility3')
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Why images cannot be had here, whoever builds them, as `CODE: sentence`; undefined when the fault is ours. */
function unreachable() {
  // Without it, apt takes the lists of last time for those of now.
  const failed = apt('-o', 'APT::Update::Error-Mode=any', 'update') ?? pip();
  return failed === undefined ? undefined : `NO_REGISTRY: ${failed}`;
}

/** Builds what the tests need: by itself, so that what it fails at is told from what they fail at. */
const IMAGES = 'test/images';

/** What runs where nothing else is asked for. */
const USUAL = ['test/harness', 'test/incident'];

/** Whether this process has been told to end. */
let told = false;

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
      told = true;
      if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid, signal);
    });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(signal === null ? code : 1));
  });
}

function skip(why) {
  console.log(`guest: skipped, ${why}`);
  console.log('0 passed, 0 failed');
}

async function main(words) {
  const lacking = obstacle();
  if (lacking !== undefined) return skip(lacking);
  process.exitCode = await runTests(words);
  if (process.exitCode === 0 || told || !words.includes(IMAGES)) return;
  const why = unreachable();
  if (why === undefined) return;
  process.exitCode = 0;
  skip(why);
}

await main(process.argv.length > 2 ? process.argv.slice(2) : USUAL);
