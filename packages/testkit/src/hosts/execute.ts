import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { HOST_IDENTITY } from './identity.js';

export interface Execution {
  /** -1 when it was ended by a signal. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
}

/** More than SSM would ever show; what comes after is read and thrown away. */
const KEPT_BYTES = 2 ** 20;

function collect(stream: Readable): () => string {
  const chunks: Buffer[] = [];
  let kept = 0;
  stream.on('data', (chunk: Buffer) => {
    if (kept < KEPT_BYTES) chunks.push(chunk.subarray(0, KEPT_BYTES - kept));
    kept += chunk.length;
  });
  return () => Buffer.concat(chunks).toString();
}

/** What a command is run with. */
export interface ExecuteOptions {
  readonly environment: Readonly<Record<string, string>>;
  readonly folder: string;
  /** Real time until it is killed with all its children. */
  readonly timeoutMs: number;
}

/** Runs a command as the host's identity, in a process group of its own; ends when nobody holds its output any more. */
export function execute(
  command: readonly [string, ...string[]],
  options: ExecuteOptions,
): Promise<Execution> {
  const [program, ...parameters] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(program, parameters, {
      ...HOST_IDENTITY,
      cwd: options.folder,
      env: { ...options.environment },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const stdout = collect(child.stdout);
    const stderr = collect(child.stderr);
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      endGroup(child.pid);
    }, options.timeoutMs);
    child.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ exitCode: code ?? -1, stdout: stdout(), stderr: stderr(), timedOut });
    });
  });
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Ended by itself in the meantime.
  }
}
