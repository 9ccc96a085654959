import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { temporaryDirectory } from './providers.js';

/** The writer as one file of JavaScript, so that plain Node runs it. */
export async function bundleWriter(): Promise<string> {
  const outfile = join(await temporaryDirectory(), 'writer-process.mjs');
  const entry = fileURLToPath(new URL('./writer-process.ts', import.meta.url));
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
  });
  return outfile;
}

export interface Writer {
  readonly child: ChildProcess;
  /** Every line it has said. */
  readonly said: readonly string[];
  go(): void;
  /** Its next line. */
  next(): Promise<string>;
  /** Resolves when it has ended. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Ends its stdin and waits for it. */
  end(): Promise<void>;
}

class WriterProcess implements Writer {
  readonly said: string[] = [];
  readonly #lines: Interface;
  readonly #exited: Promise<unknown>;
  #heard = 0;

  constructor(readonly child: ChildProcess) {
    if (child.stdout === null) throw new Error('its stdout is a pipe');
    this.#lines = createInterface({ input: child.stdout });
    this.#lines.on('line', (line) => this.said.push(line));
    this.#exited = once(child, 'close');
    // Whoever has been killed reads no more orders.
    child.stdin?.on('error', () => undefined);
  }

  go(): void {
    this.child.stdin?.write('go\n');
  }

  async next(): Promise<string> {
    while (this.said.length <= this.#heard) await once(this.#lines, 'line');
    this.#heard += 1;
    return this.said[this.#heard - 1] ?? '';
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    this.child.kill(signal);
    await this.#exited;
  }

  async end(): Promise<void> {
    this.child.stdin?.end();
    await this.#exited;
  }
}

/** Starts a writer and waits until it is ready. */
export async function startWriter(bundle: string, ...task: readonly string[]): Promise<Writer> {
  const child = spawn(process.execPath, [bundle, ...task], { stdio: ['pipe', 'pipe', 'inherit'] });
  const writer = new WriterProcess(child);
  await writer.next();
  return writer;
}
