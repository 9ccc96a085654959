// moto's server: an implementation of AWS that nobody here wrote, from PyPI.
import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { virtualEnvironment } from './virtual-environment.mjs';

/** Why there is no server; `code` is NO_SERVER. */
export class MotoUnavailable extends Error {
  name = 'MotoUnavailable';

  constructor(code, message) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}

const READY_WITHIN_MS = 60_000;

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
  const python = join(virtualEnvironment({ requirements, folder, name: 'moto' }), 'python');
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
