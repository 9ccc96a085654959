import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import * as v from 'valibot';

/** Enough about a process to say later, beyond doubt, that it no longer lives. */
export const ProcessIdentitySchema = v.object({
  pid: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  host: v.string(),
  /** Changes with every boot; '' where the system does not tell. */
  boot: v.string(),
  /** Pids of another namespace mean nothing here; '' where the system does not tell. */
  namespace: v.string(),
  /** When the process began, in whatever form the system gives it: pids are used again, pairs are not. */
  started: v.string(),
});
export type ProcessIdentity = v.InferOutput<typeof ProcessIdentitySchema>;

/** `undefined`: this system cannot tell. */
type Started = { readonly alive: true; readonly started: string } | { readonly alive: false } | undefined;

/** Loaded only where there is no /proc: it costs every importer of this package two milliseconds. */
async function run(command: string, words: readonly string[]): Promise<string> {
  const [{ execFile }, { promisify }] = await Promise.all([
    import('node:child_process'),
    import('node:util'),
  ]);
  const env = { LC_ALL: 'C', PATH: '/bin:/usr/bin' };
  return (await promisify(execFile)(command, [...words], { env })).stdout.trim();
}

const unknown = () => '';

/** Fields of /proc/PID/stat after the command's name, which may itself hold blanks and parentheses (proc(5)). */
const STATE = 0;
const START_TICKS = 19;

function answersSignals(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'; // kill(2) throws nothing else
  }
}

async function startedByProc(pid: number): Promise<Started> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie has ended; only its parent has not noticed yet.
    if (fields[STATE] === 'Z' || fields[STATE] === 'X') return { alive: false };
    return { alive: true, started: fields[START_TICKS] ?? '' };
  } catch {
    // With hidepid=2 other users' processes are not in /proc, but alive.
    return answersSignals(pid) ? undefined : { alive: false };
  }
}

/** Where there is no /proc, as on macOS. */
async function startedByPs(pid: number): Promise<Started> {
  if (!answersSignals(pid)) return { alive: false };
  try {
    return { alive: true, started: await run('ps', ['-o', 'lstart=', '-p', String(pid)]) };
  } catch {
    return undefined;
  }
}

const started = process.platform === 'linux' ? startedByProc : startedByPs;

async function readBoot(): Promise<string> {
  if (process.platform === 'linux') return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
  if (process.platform === 'darwin') return run('/usr/sbin/sysctl', ['-n', 'kern.boottime']);
  return '';
}

/** Who we are. */
export async function ownIdentity(): Promise<ProcessIdentity> {
  const [own, boot, namespace] = await Promise.all([
    started(process.pid),
    readBoot().catch(unknown),
    readlink('/proc/self/ns/pid').catch(unknown),
  ]);
  const since = own?.alive === true ? own.started : '';
  return { pid: process.pid, host: hostname(), boot, namespace, started: since };
}

/** Whether the process is known to have ended. Where that cannot be proved from here, it has not. */
export async function isProvenDead(identity: ProcessIdentity): Promise<boolean> {
  const own = await ownIdentity();
  if (identity.host !== own.host) return false;
  if (identity.boot !== '' && own.boot !== '' && identity.boot !== own.boot) return true;
  if (identity.namespace !== own.namespace) return false;
  const now = await started(identity.pid);
  if (now === undefined) return false;
  return !now.alive || (identity.started !== '' && now.started !== identity.started);
}
