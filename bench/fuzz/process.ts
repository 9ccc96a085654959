import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type FailureKind, LIMITS, type Told } from './limits.js';

const NODE = [
  '--expose-gc',
  `--max-old-space-size=${LIMITS.oldMiB}`,
  `--max-semi-space-size=${LIMITS.youngMiB}`,
];
const WORKER = join(import.meta.dirname, 'worker.mjs');
/** How often a look is taken whether a run has ended. */
const LOOK_MS = 500;
const TICKS_A_SECOND = 100;

/** What runs now; ended with us. */
const children = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(1));

export interface Work {
  readonly target: string;
  readonly seed: number;
  readonly from: number;
  readonly seconds: number;
  /** File in which the process says at which run it is. */
  readonly state: string;
}

/** Processor time of a process, by the kernel's account: user and system, fields 14 and 15. */
function cpuMs(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_A_SECOND;
  } catch {
    return 0; // it has ended
  }
}

export function runOf(state: string): number {
  if (!existsSync(state)) return 0;
  const bytes = readFileSync(state);
  return bytes.length < 8 ? 0 : bytes.readDoubleLE(0);
}

/**
 * Fuzzes in a process of its own, and ends that when one run takes too long.
 *
 * @returns how it ended, where that was not by itself
 */
export async function fuzzed(
  { target, seed, from, seconds, state }: Work,
  told: (told: Told) => void,
): Promise<FailureKind | undefined> {
  const work = [`--target=${target}`, `--seed=${seed}`, `--from=${from}`, `--seconds=${seconds}`];
  const child = spawn(process.execPath, [...NODE, WORKER, ...work, `--state=${state}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.add(child);
  let hangs = false;
  let [run, since] = [-1, 0];
  const look = setInterval(() => {
    const [at, ms] = [runOf(state), cpuMs(child.pid ?? 0)];
    if (at !== run) [run, since] = [at, ms];
    // Time before the first run is the seed's.
    else if (at > 0 && ms - since > 3 * LIMITS.runMs) hangs = child.kill('SIGKILL');
  }, LOOK_MS);
  const ended = new Promise<number | null>((resolve) => {
    child.on('error', () => resolve(null));
    child.on('close', resolve);
  });
  for await (const line of createInterface({ input: child.stdout })) told(JSON.parse(line) as Told);
  const code = await ended;
  clearInterval(look);
  children.delete(child);
  if (hangs) return 'hangs';
  return code === 0 ? undefined : 'died';
}

/** What becomes of one input; undefined: it is read, or refused. */
export function outcomeOf(target: string, path: string): FailureKind | undefined {
  const { status, stdout, error } = spawnSync(
    process.execPath,
    [...NODE, WORKER, `--target=${target}`, `--input=${path}`],
    { encoding: 'utf8', timeout: 5 * LIMITS.runMs, killSignal: 'SIGKILL' },
  );
  if (error !== undefined) return 'hangs';
  if (status !== 0) return 'died';
  return stdout === 'read' || stdout === 'refused' ? undefined : (stdout as FailureKind); // what the worker writes
}
