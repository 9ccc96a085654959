// Packages of PyPI, each set of versions in a virtual environment of the project's own that is made once.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Why there is none; `code` is one of NO_PYTHON, NO_PACKAGES. */
export class NoVirtualEnvironment extends Error {
  name = 'NoVirtualEnvironment';

  constructor(code, message) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}

function run(command, words) {
  return spawnSync(command, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

const lastLines = ({ stdout, stderr, error }) =>
  error?.message ?? `${stdout}${stderr}`.trim().split('\n').slice(-5).join('\n');

function python3() {
  const command = process.env.PYTHON ?? 'python3';
  const asked = run(command, [
    '-c',
    'import sys, venv, ensurepip; print(sys.version); sys.exit(sys.version_info < (3, 10))',
  ]);
  if (asked.status === 0) return { command, version: asked.stdout.trim() };
  throw new NoVirtualEnvironment(
    'NO_PYTHON',
    `${command} >= 3.10 with venv is needed (set PYTHON to another one): ${lastLines(asked)}`,
  );
}

/**
 * The folder of its commands. One without its stamp was left half made, and is made anew.
 *
 * @param options.requirements - file with pinned versions
 * @param options.folder - where it is kept, one folder for each content of `requirements` and version of Python
 * @param options.name - what is installed, for people
 */
export function virtualEnvironment({ requirements, folder, name }) {
  const { command, version } = python3();
  const key = createHash('sha256')
    .update(readFileSync(requirements))
    .update(version)
    .digest('hex')
    .slice(0, 12);
  const home = join(folder, key);
  const stamp = join(home, 'complete');
  if (existsSync(stamp)) return join(home, 'bin');
  rmSync(home, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  console.log(`${name}: installing it into a virtual environment`);
  const made = run(command, ['-m', 'venv', home]);
  if (made.status !== 0)
    throw new NoVirtualEnvironment('NO_PYTHON', `no virtual environment: ${lastLines(made)}`);
  const python = join(home, 'bin/python');
  const installed = run(python, ['-m', 'pip', 'install', '--quiet', '--requirement', requirements]);
  if (installed.status !== 0)
    throw new NoVirtualEnvironment('NO_PACKAGES', `pip could not install ${name}: ${lastLines(installed)}`);
  writeFileSync(stamp, '');
  return join(home, 'bin');
}
