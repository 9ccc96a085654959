import { PassThrough } from 'node:stream';
import type { Io, StopSignal } from '../../src/io.js';

/** A stream, and what was written to it; a window of that size, or no terminal at all. */
function output(isTTY: boolean) {
  const size = isTTY ? { columns: 100, rows: 30 } : {};
  const stream = Object.assign(new PassThrough(), { isTTY, ...size });
  const written: string[] = [];
  stream.on('data', (chunk: Buffer) => written.push(chunk.toString()));
  return { stream, text: () => written.join('') };
}

interface FakeIoOptions {
  readonly cwd: string;
  readonly env?: Io['env'];
  /** Default `terminal`. */
  readonly kind?: 'terminal' | 'pipe';
}

/** A process's surroundings that a test can look at and act upon. */
export function fakeIo({ cwd, env = {}, kind = 'terminal' }: FakeIoOptions) {
  const isTTY = kind === 'terminal';
  const stdin = Object.assign(new PassThrough(), { isTTY });
  const stdout = output(isTTY);
  const stderr = output(isTTY);
  const stops: ((signal: StopSignal) => void)[] = [];
  const exits: number[] = [];
  const io: Io = {
    stdin,
    stdout: stdout.stream,
    stderr: stderr.stream,
    env: { TERM: 'xterm-256color', LANG: 'C.UTF-8', ...env },
    cwd,
    onStop(listener) {
      stops.push(listener);
      return () => stops.splice(stops.indexOf(listener), 1);
    },
    exit: (code) => exits.push(code),
  };
  return { io, stdin, stdout, stderr, stops, exits };
}
