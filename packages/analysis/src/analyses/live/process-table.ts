import type { Place } from '../../engine/reporter.js';
import { integer, type Row } from '../../parsers/tsv.js';

/** A process as the triage saw it. */
export interface LiveProcess {
  readonly pid: number;
  readonly ppid: number;
  readonly uid: number | undefined;
  readonly comm: string;
  /** Without ` (deleted)`; empty for kernel threads. */
  readonly exe: string;
  readonly exeDeleted: boolean;
  readonly exeSha256: string;
  readonly cwd: string;
  readonly cmdline: string;
  readonly startTicks: number | undefined;
  readonly where: Place;
}

/** A socket as the triage saw it. */
export interface LiveSocket {
  readonly protocol: string;
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly state: string;
  readonly pid: number | undefined;
  readonly inode: string;
  readonly where: Place;
}

export interface LiveVariable {
  readonly pid: number;
  readonly name: string;
  readonly value: string;
  readonly where: Place;
}

/** Everything the triage saw of processes, joined. */
export class LiveState {
  readonly processes = new Map<number, LiveProcess>();
  readonly sockets: LiveSocket[] = [];
  readonly environment: LiveVariable[] = [];
  /** Boot time, seconds since the epoch. */
  bootSeconds: number | undefined;
  /** What the table could not hold. */
  dropped = 0;

  startedAtMs({ startTicks }: LiveProcess): number | undefined {
    if (startTicks === undefined || this.bootSeconds === undefined) return undefined;
    return (this.bootSeconds + startTicks / TICKS_PER_SECOND) * 1000;
  }

  /** A kernel thread is kthreadd or its child, and has no program and no command line. */
  isKernelThread({ pid, ppid, exe, cmdline }: LiveProcess): boolean {
    return (pid === 2 || ppid === 2) && exe === '' && cmdline === '';
  }

  /** Parents of a process, nearest first; loops end. */
  ancestors(process: LiveProcess): readonly LiveProcess[] {
    const found: LiveProcess[] = [];
    for (let at = this.processes.get(process.ppid); at !== undefined; at = this.processes.get(at.ppid)) {
      if (at.pid === process.pid || found.includes(at) || found.length >= MAX_DEPTH) break;
      found.push(at);
    }
    return found;
  }

  childrenOf(pid: number): readonly LiveProcess[] {
    return [...this.processes.values()].filter((process) => process.ppid === pid && process.pid !== pid);
  }

  socketsOf(pid: number): readonly LiveSocket[] {
    return this.sockets.filter((socket) => socket.pid === pid);
  }
}

/** USER_HZ: 100 on every Linux that EC2 runs. */
const TICKS_PER_SECOND = 100;
const MAX_DEPTH = 64;

export function processOf(row: Row, where: Place): LiveProcess | undefined {
  const pid = integer(row['pid']);
  if (pid === undefined) return undefined;
  const exe = row['exe'] ?? '';
  return {
    pid,
    ppid: integer(row['ppid']) ?? 0,
    uid: integer(row['uid']),
    comm: row['comm'] ?? '',
    exe: exe.replace(/ \(deleted\)$/, ''),
    exeDeleted: row['exe_deleted'] === '1' || exe.endsWith(' (deleted)'),
    exeSha256: row['exe_sha256'] ?? '',
    cwd: (row['cwd'] ?? '').replace(/ \(deleted\)$/, ''),
    cmdline: row['cmdline'] ?? '',
    startTicks: integer(row['start_ticks']),
    where,
  };
}

export function socketOf(row: Row, where: Place): LiveSocket | undefined {
  const localPort = integer(row['local_port']);
  if (localPort === undefined) return undefined;
  return {
    protocol: row['proto'] ?? '',
    localAddress: bareAddress(row['local_addr']),
    localPort,
    remoteAddress: bareAddress(row['remote_addr']),
    remotePort: integer(row['remote_port']) ?? 0,
    state: row['state'] ?? '',
    pid: integer(row['pid']) || undefined,
    inode: row['inode'] ?? '',
    where,
  };
}

/** IPv4 within IPv6 is the IPv4 address that findings name. */
function bareAddress(address: string | undefined): string {
  return (address ?? '').replace(/^::ffff:(?=\d+\.)/i, '');
}
