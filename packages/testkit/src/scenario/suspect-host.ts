import type { HostBlueprint } from '../hosts/host-disks.js';
import type { MachineOptions } from '../hosts/machine-folder.js';
import type { PlannedSocket } from '../hosts/world-network.js';
import { memoryContent } from './memory-content.js';
import { plantTree } from './planted-tree.js';
import type { SimulatedProcess } from './proc/process.js';
import { processTable } from './proc/process-table.js';
import { type Endpoint, type SimulatedSocket, socketTable } from './proc/sockets.js';
import { timelineOf } from './timeline.js';

const STATES = { ESTABLISHED: 'ESTAB', LISTEN: 'LISTEN', UNCONNECTED: 'UNCONN' } as const;

function place({ address, port }: Endpoint): string {
  return `${address.includes(':') ? `[${address}]` : address}:${port === 0 ? '*' : port}`;
}

function holder(
  socket: SimulatedSocket,
  processes: readonly SimulatedProcess[],
): Pick<PlannedSocket, 'process'> {
  for (const process of processes) {
    const fd = Object.entries(process.sockets).find(([, inode]) => inode === socket.inode)?.[0];
    if (fd !== undefined) return { process: { name: process.comm, pid: process.pid, fd: Number(fd) } };
  }
  return {};
}

/** What brought the miner, and the miner itself, which runs on without a name. */
const DELETED = [
  { name: '/var/tmp/.x/get.sh', inode: 131_091, content: '#!/bin/sh\n# fetched the miner and its pool\n' },
  { name: '/var/tmp/.x/kworkerd', inode: 131_092, content: '\x7fELF a miner\n', open: true },
] as const;

export interface SuspectHostOptions {
  readonly findingAt: Date;
  readonly intruder: 'present' | 'absent';
  readonly seed?: string | number;
  readonly memoryMiB: number;
  readonly machine?: MachineOptions;
}

/** The compromised web server as a machine: its tree, its memory, its sockets. */
export function suspectBlueprint(options: SuspectHostOptions): HostBlueprint {
  const { findingAt, intruder, memoryMiB, machine = {} } = options;
  const processes = processTable(timelineOf(findingAt), intruder);
  return {
    plant: (root) => plantTree(root, options),
    machine: {
      memory: memoryContent(findingAt, intruder),
      modelledMemoryMiB: Math.max(memoryMiB, 8 * 1024),
      ...machine,
    },
    deleted: intruder === 'present' ? DELETED : [],
    sockets: socketTable(intruder).map((socket) => ({
      protocol: socket.protocol,
      state: STATES[socket.state],
      local: place(socket.local),
      remote: place(socket.remote),
      bytesPerSecond: socket.bytesPerSecond,
      ...holder(socket, processes),
    })),
  };
}
