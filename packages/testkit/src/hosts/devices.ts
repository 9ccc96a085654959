import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { giveToHost } from './identity.js';
import { firstBytes } from './superblock.js';

/** A file system on a disk or a partition. */
export interface DeviceFileSystem {
  readonly type: 'ext4' | 'xfs' | 'btrfs' | 'vfat' | 'swap' | 'crypto_LUKS' | 'LVM2_member' | '';
  readonly uuid: string;
  /** The folder with its files. */
  readonly folder: string;
  readonly sizeBytes: number;
  /** Its journal has not been replayed: taken while the machine ran. */
  readonly dirty?: true;
  /** A folder with what only its journal holds: there once that was replayed. */
  readonly journalFolder?: string;
  /** Of a physical volume of LVM: the group that lies on it. */
  readonly group?: { readonly name: string; readonly volumes: readonly LogicalVolume[] };
}

export interface LogicalVolume extends DeviceFileSystem {
  readonly name: string;
}

/** What is attached: a disk with partitions, or with one file system over all of it. */
export interface HostDisk {
  /** `vol-0123456789abcdef0` */
  readonly volumeId: string;
  readonly sizeBytes: number;
  readonly partitions: readonly (DeviceFileSystem & { readonly number: number })[];
  readonly whole?: DeviceFileSystem;
}

interface MachineFolders {
  readonly root: string;
  readonly machine: string;
}

const serialOf = (volumeId: string) => volumeId.replace('-', '');

function line(name: string, fields: readonly (string | number)[]): string {
  return `${[name, ...fields].join('|')}\n`;
}

function fileSystemFields(fileSystem: DeviceFileSystem | undefined): readonly string[] {
  if (fileSystem === undefined) return ['', '', '', 'clean', ''];
  const { type, uuid, folder, dirty, journalFolder = '' } = fileSystem;
  return [type, uuid, folder, dirty === true ? 'dirty' : 'clean', journalFolder];
}

/** The table that the stand-ins of LVM read. */
function logicalVolumes(name: string, { group }: DeviceFileSystem): readonly string[] {
  return (group?.volumes ?? []).map((one) =>
    line(name, [group?.name ?? '', one.name, one.sizeBytes, ...fileSystemFields(one)]),
  );
}

/** The simulated machine's block devices: /dev, /sys/block, and the table that the stand-ins read. */
export class HostDevices {
  readonly #names = new Map<string, string>();
  /** nvme0 is the root disk. */
  #next = 0;

  constructor(private readonly folders: MachineFolders) {
    mkdirSync(join(folders.machine, 'readonly'), { recursive: true });
    writeFileSync(join(folders.machine, 'devices'), '');
  }

  /** Attached volumes, by id, and the names they have here: `nvme1n1`. */
  names(): ReadonlyMap<string, string> {
    return this.#names;
  }

  attach(disk: HostDisk): string {
    const name = `nvme${this.#next++}n1`;
    this.#names.set(disk.volumeId, name);
    const serial = serialOf(disk.volumeId);
    const rows = [
      line(name, ['', 'disk', disk.sizeBytes, serial, ...fileSystemFields(disk.whole)]),
      ...disk.partitions.map((one) =>
        line(`${name}p${one.number}`, [name, 'part', one.sizeBytes, '', ...fileSystemFields(one)]),
      ),
    ];
    appendFileSync(join(this.folders.machine, 'devices'), rows.join(''));
    const grouped = [
      ...(disk.whole === undefined ? [] : logicalVolumes(name, disk.whole)),
      ...disk.partitions.flatMap((one) => logicalVolumes(`${name}p${one.number}`, one)),
    ];
    appendFileSync(join(this.folders.machine, 'lvm'), grouped.join(''));
    this.#paint(name, disk);
    return name;
  }

  #paint(name: string, disk: HostDisk): void {
    const { root } = this.folders;
    const byId = join(root, 'dev/disk/by-id');
    const block = join(root, 'sys/block', name, 'device');
    mkdirSync(byId, { recursive: true });
    mkdirSync(block, { recursive: true });
    const link = `nvme-Amazon_Elastic_Block_Store_${serialOf(disk.volumeId)}`;
    const parts = disk.partitions.map((one) => [`p${one.number}`, `-part${one.number}`, one] as const);
    for (const [suffix, linkSuffix, fileSystem] of [['', '', disk.whole] as const, ...parts]) {
      // A stand-in for the device node: but for its first bytes, what is in it is in the volume's folder.
      writeFileSync(
        join(root, 'dev', `${name}${suffix}`),
        firstBytes(`${disk.volumeId}${suffix}`, fileSystem),
      );
      symlinkSync(`../../${name}${suffix}`, join(byId, `${link}${linkSuffix}`));
      giveToHost(join(root, 'dev', `${name}${suffix}`));
    }
    writeFileSync(join(block, 'serial'), `${serialOf(disk.volumeId)}\n`);
    writeFileSync(join(block, 'model'), 'Amazon Elastic Block Store\n');
    writeFileSync(join(root, 'sys/block', name, 'size'), `${disk.sizeBytes / 512}\n`);
    for (const folder of ['dev/disk', 'sys/block']) giveToHost(join(root, folder));
  }

  /** The file system that the host has made on it, or found there. */
  format(volumeId: string): { readonly type: DeviceFileSystem['type']; readonly uuid: string } | undefined {
    const name = this.#names.get(volumeId);
    const table = readFileSync(join(this.folders.machine, 'devices'), 'utf8');
    const fields = table
      .split('\n')
      .find((row) => row.startsWith(`${name}|`))
      ?.split('|');
    if (name === undefined || fields === undefined) return undefined;
    // The stand-ins write no other types than these.
    return { type: (fields[5] ?? '') as DeviceFileSystem['type'], uuid: fields[6] ?? '' };
  }

  /** What is mounted from it stays mounted and broken, as on a real machine; the device is gone. */
  detach(volumeId: string): void {
    const name = this.#names.get(volumeId);
    if (name === undefined) return;
    this.#names.delete(volumeId);
    const { root, machine } = this.folders;
    const table = join(machine, 'devices');
    const rest = readFileSync(table, 'utf8')
      .split('\n')
      .filter((row) => row !== '' && !row.startsWith(name));
    writeFileSync(table, rest.map((row) => `${row}\n`).join(''));
    for (const node of readdirSync(join(root, 'dev')))
      if (node.startsWith(name)) rmSync(join(root, 'dev', node));
    const byId = join(root, 'dev/disk/by-id');
    const links = existsSync(byId) ? readdirSync(byId) : [];
    for (const link of links) if (link.includes(serialOf(volumeId))) rmSync(join(byId, link));
    rmSync(join(root, 'sys/block', name), { recursive: true, force: true });
    for (const flag of readdirSync(join(machine, 'readonly')))
      if (flag.startsWith(name)) rmSync(join(machine, 'readonly', flag));
  }
}
