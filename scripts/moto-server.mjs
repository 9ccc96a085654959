// moto's server: an implementation of AWS that nobody here wrote. Its packages come from PyPI into a virtual
// environment of the project's own, which is made once for each set of versions.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createWriteStream, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Why there is no server; `code` is one of NO_PYTHON, NO_PACKAGES, NO_SERVER. */
export class MotoUnavailable extends Error {
  name = 'MotoUnavailable';

  constructor(code, message) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}

const READY_WITHIN_MS = 60_000;

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
  throw new MotoUnavailable(
    'NO_PYTHON',
    `${command} >= 3.10 with venv is needed (set PYTHON to another one): ${lastLines(asked)}`,
  );
}

/** The Python of the virtual environment. A folder without its stamp was left half made, and is made anew. */
function environmentOf(requirements, folder) {
  const { command, version } = python3();
  const key = createHash('sha256')
    .update(readFileSync(requirements))
    .update(version)
    .digest('hex')
    .slice(0, 12);
  const home = join(folder, key);
  const python = join(home, 'bin/python');
  const stamp = join(home, 'complete');
  if (existsSync(stamp)) return python;
  rmSync(home, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  console.log('moto: installing it into a virtual environment');
  const made = run(command, ['-m', 'venv', home]);
  if (made.status !== 0) throw new MotoUnavailable('NO_PYTHON', `no virtual environment: ${lastLines(made)}`);
  const installed = run(python, ['-m', 'pip', 'install', '--quiet', '--requirement', requirements]);
  if (installed.status !== 0)
    throw new MotoUnavailable('NO_PACKAGES', `pip could not install moto: ${lastLines(installed)}`);
  writeFileSync(stamp, '');
  return python;
}

/** The address that the server tells in its log, once it answers there. */
function addressOf(server, logFile) {
  const log = createWriteStream(logFile);
  return new Promise((resolve, reject) => {
    const refuse = (message) => reject(new MotoUnavailable('NO_SERVER', `${message}: see ${logFile}`));
    const timer = setTimeout(refuse, READY_WITHIN_MS, 'moto did not say in time where it listens');
    server.once('error', (error) => refuse(error.message));
    server.once('exit', (code) => refuse(`moto ended with ${code}`));
    let text = '';
    server.stderr.on('data', (piece) => {
      log.write(piece);
      if (text === undefined) return;
      text += piece;
      const [, url] = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(text) ?? [];
      if (url === undefined) return;
      text = undefined;
      clearTimeout(timer);
      resolve(url);
    });
    server.stdout.resume();
  });
}

async function assertAnswers(url) {
  const ends = Date.now() + READY_WITHIN_MS;
  for (;;) {
    const answer = await fetch(`${url}/moto-api/data.json`).catch(() => undefined);
    if (answer?.ok) return;
    if (Date.now() > ends) throw new MotoUnavailable('NO_SERVER', `${url} does not answer`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Starts the server. It ends when `stop` is called, and by itself when this process is gone. */
export async function startMoto({ requirements, serve, folder, name }) {
  const python = environmentOf(requirements, folder);
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(AWS|MOTO)_/.test(name)));
  const server = spawn(python, [serve], { env, stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = new Promise((resolve) => server.once('exit', resolve));
  const stop = async () => {
    if (server.exitCode === null && server.signalCode === null) server.kill('SIGKILL');
    await ended;
  };
  try {
    const url = await addressOf(server, join(folder, `${name}.log`));
    await assertAnswers(url);
    return { url, stop };
  } catch (error) {
    if (server.pid !== undefined) await stop();
    throw error;
  }
}
