import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type MemoryFragment, writeMemory } from './memory.js';
import { installStandIns } from './stand-ins.js';

export interface MachineOptions {
  readonly architecture?: 'x86_64' | 'aarch64';
  /** Kernel lockdown. Default `none`. */
  readonly lockdown?: 'none' | 'integrity' | 'confidentiality';
  /** What the memory holds; zero elsewhere. Its size is that of /proc/iomem. */
  readonly memory?: readonly MemoryFragment[];
  /** The memory that the machine would have: it takes LiME this long. Default: what it has. */
  readonly modelledMemoryMiB?: number;
  /** Default 200: what LiME reaches on EBS. */
  readonly limeMiBPerSecond?: number;
  /** Default 60. */
  readonly uploadMiBPerSecond?: number;
  /** Whether the kernel has device-mapper and loop devices, and with them overlays and LVM. Default `absent`. */
  readonly deviceMapper?: 'present' | 'absent';
  /** Whether The Sleuth Kit is installed. Default `absent`. */
  readonly sleuthKit?: 'present' | 'absent';
  /** Whether Node.js is installed: that which the tests run in, or the machine's. Default `absent`. */
  readonly node?: 'present' | 'absent';
  /** What a program takes in it, in virtual seconds. Default 40. */
  readonly nodeSeconds?: number;
  /** Size of the root file system. Default 8 GiB. */
  readonly diskBytes?: number;
  /** Of which this much is used by what nobody sees. Default: half. */
  readonly diskUsedBytes?: number;
}

export interface PreparedMachine {
  readonly folder: string;
  readonly bin: string;
}

const GIB = 2 ** 30;
const MIB = 2 ** 20;

/** The size of memory, from the ranges that the planted /proc/iomem names. */
function memoryMiB(root: string): number {
  const iomem = join(root, 'proc/iomem');
  if (!existsSync(iomem)) return 0;
  const ends = [...readFileSync(iomem, 'utf8').matchAll(/^[0-9a-f]+-([0-9a-f]+) : System RAM$/gm)];
  return Math.ceil(Math.max(0, ...ends.map((found) => Number.parseInt(found[1] ?? '0', 16) + 1)) / MIB);
}

function settingsOf(options: MachineOptions, sizeMiB: number): Readonly<Record<string, string | number>> {
  return {
    architecture: options.architecture ?? 'x86_64',
    lockdown: `lockdown=${options.lockdown ?? 'none'}`,
    device_mapper: options.deviceMapper ?? 'absent',
    sleuth_kit: options.sleuthKit ?? 'absent',
    node: options.node ?? 'absent',
    node_program: process.execPath,
    node_seconds: options.nodeSeconds ?? 40,
    memory_mib: options.modelledMemoryMiB ?? sizeMiB,
    lime_mib_per_second: options.limeMiBPerSecond ?? 200,
    upload_mib_per_second: options.uploadMiBPerSecond ?? 60,
  };
}

/** Where a simulated machine keeps what its stand-ins need: beside its root, out of its sight. */
export function paintMachineFolder(folder: string, root: string, options: MachineOptions): PreparedMachine {
  const bin = installStandIns(folder);
  const sizeMiB = memoryMiB(root);
  mkdirSync(join(folder, 'settings'));
  for (const [name, value] of Object.entries(settingsOf(options, sizeMiB))) {
    writeFileSync(join(folder, 'settings', name), `${value}\n`);
  }
  const { diskBytes = 8 * GIB, diskUsedBytes = diskBytes / 2 } = options;
  writeFileSync(join(folder, 'filesystems'), `/|${diskBytes}|${diskUsedBytes}\n`);
  for (const empty of ['dmesg', 'sockets', 'devices', 'mapper', 'loops', 'lvm', 'deleted', 'images'])
    writeFileSync(join(folder, empty), '');
  writeMemory(join(folder, 'memory'), sizeMiB, options.memory ?? []);
  paintLockdown(root, options.lockdown ?? 'none');
  return { folder, bin };
}

function paintLockdown(root: string, level: NonNullable<MachineOptions['lockdown']>): void {
  const folder = join(root, 'sys/kernel/security');
  mkdirSync(folder, { recursive: true });
  const text = ['none', 'integrity', 'confidentiality']
    .map((one) => (one === level ? `[${one}]` : one))
    .join(' ');
  writeFileSync(join(folder, 'lockdown'), `${text}\n`);
}
