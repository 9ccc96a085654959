import {
  appendFileSync,
  cpSync,
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
  /** What was deleted on it and is not written over: what The Sleuth Kit finds. */
  readonly deleted?: readonly DeletedFile[];
  /** A file with a real file system in it: the bytes of the device, for tools that read devices. */
  readonly image?: string;
  /** Of a physical volume of LVM: the group that lies on it. */
  readonly group?: { readonly name: string; readonly volumes: readonly LogicalVolume[] };
}

export interface DeletedFile {
  /** With its path: `/var/tmp/.dropper`. */
  readonly name: string;
  readonly inode: number;
  readonly content: string;
  /** Something has it open still: it has no name any more, and is not freed. */
  readonly open?: true;
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

function textOf(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

function setsReadOnly(root: string): boolean {
  const folder = join(root, 'etc/udev/rules.d');
  const rules = existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
  return rules.some((path) => /^[^#\n]*ACTION=="add".*--setro/m.test(textOf(path)));
}

function leavesGroups(root: string): boolean {
  return /^\s*event_activation\s*=\s*0/m.test(textOf(join(root, 'etc/lvm/lvm.conf')));
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
    this.#paintDeleted(name, disk);
    this.#greet(name, disk);
    return name;
  }

  #paintDeleted(name: string, disk: HostDisk): void {
    const { root, machine } = this.folders;
    const parts = disk.partitions.map((one) => [`${name}p${one.number}`, one] as const);
    for (const [device, { deleted = [], image }] of [[name, disk.whole ?? {}] as const, ...parts]) {
      const folder = join(machine, 'deleted-content', device);
      for (const { inode, open, content, name: path } of deleted) {
        mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, String(inode)), content);
        const fields = [inode, open === true ? 'yes' : 'no', Buffer.byteLength(content), path, folder];
        appendFileSync(join(machine, 'deleted'), line(device, fields));
      }
      if (deleted.length > 0) giveToHost(join(machine, 'deleted-content'));
      if (image === undefined) continue;
      cpSync(image, join(root, 'dev', device));
      giveToHost(join(root, 'dev', device));
      appendFileSync(join(machine, 'images'), `${device}\n`);
    }
  }

  /** What udev and LVM of this machine do to a disk that comes, unless they are told otherwise. */
  #greet(name: string, disk: HostDisk): void {
    // The disk that it boots from is there before udev.
    const isLocked = name !== 'nvme0n1' && setsReadOnly(this.folders.root);
    const { machine } = this.folders;
    const parts = disk.partitions.map((one) => ({ ...one, name: `${name}p${one.number}` }));
    if (isLocked)
      for (const one of [{ name }, ...parts]) {
        writeFileSync(join(machine, 'readonly', one.name), '');
        giveToHost(join(machine, 'readonly', one.name));
      }
    const members = [...(disk.whole === undefined ? [] : [{ ...disk.whole, name }]), ...parts].filter(
      ({ group }) => group !== undefined,
    );
    const hasMapper = readFileSync(join(machine, 'settings/device_mapper'), 'utf8').trim() === 'present';
    if (isLocked || !hasMapper || leavesGroups(this.folders.root)) return;
    // Activated by itself: LVM writes to what it opens.
    for (const member of members) appendFileSync(join(machine, 'written'), `${member.name}\n`);
    if (members.length > 0) giveToHost(join(machine, 'written'));
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
