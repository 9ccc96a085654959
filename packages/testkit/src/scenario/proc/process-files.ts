import type { Timeline } from '../timeline.js';
import type { TreeDraft } from '../tree/draft.js';
import type { SimulatedProcess } from './process.js';

const TICKS_PER_SECOND = 100;
const PAGE_KIB = 4;

function ticks(process: SimulatedProcess, times: Timeline): number {
  return Math.round(((process.startedAt.getTime() - times.boot.getTime()) / 1000) * TICKS_PER_SECOND) + 180;
}

/** proc(5): 52 fields; the name in parentheses may hold anything. */
function statLine(process: SimulatedProcess, times: Timeline): string {
  const { pid, parent, comm, residentKiB, nice } = process;
  const kernel = process.command.length === 0;
  const before = [pid, `(${comm})`, 'S', parent, pid, pid, 0, -1, kernel ? 69238880 : 4194560];
  const middle = [1200, 0, 3, 0, 410, 95, 0, 0, 20 + nice, nice, 1, 0, ticks(process, times)];
  const memory = [residentKiB * 1024 * 3, residentKiB / PAGE_KIB];
  const rest = Array.from({ length: 52 - before.length - middle.length - memory.length }, () => 0);
  return `${[...before, ...middle, ...memory, ...rest].join(' ')}\n`;
}

function statusText({ pid, parent, uid, comm, residentKiB }: SimulatedProcess): string {
  const four = `${uid}\t${uid}\t${uid}\t${uid}`;
  return `Name:\t${comm}\nUmask:\t0022\nState:\tS (sleeping)\nTgid:\t${pid}\nNgid:\t0\nPid:\t${pid}\nPPid:\t${parent}\nTracerPid:\t0\nUid:\t${four}\nGid:\t${four}\nFDSize:\t64\nGroups:\t \nVmSize:\t${residentKiB * 3} kB\nVmRSS:\t${residentKiB} kB\nThreads:\t1\nCapEff:\t${uid === 0 ? '000001ffffffffff' : '0000000000000000'}\n`;
}

function mapsText(process: SimulatedProcess): string {
  if (process.exe === undefined) return '';
  const name = `${process.exe}${process.exeDeleted === true ? ' (deleted)' : ''}`;
  return [
    `5581d4a00000-5581d4a2f000 r--p 00000000 103:01 1835 ${name}`,
    `5581d4a2f000-5581d4b0e000 r-xp 0002f000 103:01 1835 ${name}`,
    '5581d5c1b000-5581d5e7a000 rw-p 00000000 00:00 0 [heap]',
    '7f2b8c000000-7f2b8c1d4000 r-xp 00028000 103:01 2291 /usr/lib/x86_64-linux-gnu/libc.so.6',
    '7ffd4c3f0000-7ffd4c411000 rw-p 00000000 00:00 0 [stack]',
    '',
  ].join('\n');
}

const nulSeparated = (words: readonly string[]) => words.map((word) => `${word}\0`).join('');

/** What only a process with a program of its own has; a kernel thread's are empty, and are left out. */
function paintProgram(draft: TreeDraft, process: SimulatedProcess): void {
  const folder = `proc/${process.pid}`;
  const at = process.startedAt;
  const environment = Object.entries(process.environment).map(([name, value]) => `${name}=${value}`);
  draft.file(`${folder}/environ`, nulSeparated(environment), { at, mode: 0o400 });
  draft.file(`${folder}/maps`, mapsText(process), { at, mode: 0o444 });
  draft.link(`${folder}/cwd`, process.cwd, { at });
  draft.link(`${folder}/exe`, `${process.exe}${process.exeDeleted === true ? ' (deleted)' : ''}`, { at });
  draft.link(`${folder}/ns/net`, 'net:[4026531840]', { at });
  draft.link(`${folder}/fd/0`, '/dev/null', { at });
  for (const [fd, inode] of Object.entries(process.sockets)) {
    draft.link(`${folder}/fd/${fd}`, `socket:[${inode}]`, { at });
  }
}

/** /proc/<pid> of every process. */
export function paintProcesses(
  draft: TreeDraft,
  processes: readonly SimulatedProcess[],
  times: Timeline,
): void {
  for (const process of processes) {
    const folder = `proc/${process.pid}`;
    const at = process.startedAt;
    draft.file(`${folder}/cmdline`, nulSeparated(process.command), { at, mode: 0o444 });
    draft.file(`${folder}/comm`, `${process.comm}\n`, { at });
    draft.file(`${folder}/stat`, statLine(process, times), { at, mode: 0o444 });
    draft.file(`${folder}/status`, statusText(process), { at, mode: 0o444 });
    draft.directory(`${folder}/fd`, { at });
    if (process.exe !== undefined) paintProgram(draft, process);
  }
}
