import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { giveToHost } from '../../src/hosts/identity.js';
import type { SimulatedHost } from '../../src/hosts/simulated-host.js';
import { disposeHosts, makeHost, strict } from './make-host.js';

const MIB = 2 ** 20;
let host: SimulatedHost;
let volumes: string;

beforeEach(() => {
  host = makeHost({ deviceMapper: 'present' });
  volumes = mkdtempSync(join(tmpdir(), 'cordon-volumes-'));
  for (const [folder, text] of [
    ['shown', 'as it lies'],
    ['journal', 'what the journal holds'],
  ] as const) {
    mkdirSync(join(volumes, folder));
    writeFileSync(join(volumes, folder, 'file'), text);
  }
  giveToHost(volumes);
  const fs = { uuid: '', folder: join(volumes, 'shown'), sizeBytes: 8 * MIB, dirty: true } as const;
  const ext4 = { ...fs, type: 'ext4', journalFolder: join(volumes, 'journal') } as const;
  host.devices.attach({ volumeId: 'vol-0aaa0000000000000', sizeBytes: 8 * MIB, partitions: [] });
  host.devices.attach({
    volumeId: 'vol-0bbb0000000000000',
    sizeBytes: 32 * MIB,
    partitions: [
      { ...ext4, number: 1 },
      {
        ...fs,
        number: 2,
        type: 'LVM2_member',
        group: { name: 'vg0', volumes: [{ ...ext4, name: 'root' }] },
      },
    ],
  });
});
afterEach(async () => {
  await disposeHosts();
  rmSync(volumes, { recursive: true, force: true });
});

const run = (text: string) => host.run(strict(text));
const shown = () => readFileSync(join(volumes, 'shown/file'), 'utf8');
/** A snapshot named `o` over a device. */
const overlay = (device: string) => `
  truncate -s 8M "$CORDON_ROOT/var/tmp/store"
  loop=$(losetup --find --show "$CORDON_ROOT/var/tmp/store")
  dmsetup create o --table "0 $(blockdev --getsz ${device}) snapshot ${device} $loop N 8"`;

describe('a snapshot of device-mapper', () => {
  it('takes what is written, though the device below is read-only, and that keeps every byte', async () => {
    const node = () => readFileSync(join(host.root, 'dev/nvme1n1p1'));
    const before = node();
    const { exitCode, stdout } = await run(`blockdev --setro /dev/nvme1n1p1
      ${overlay('/dev/nvme1n1p1')}
      mkdir -p "$CORDON_ROOT/mnt/e"; mount -o ro /dev/mapper/o /mnt/e; cat "$CORDON_ROOT/mnt/e/file"`);
    expect([exitCode, stdout]).toEqual([0, 'what the journal holds']);
    expect(host.writtenDevices()).toEqual(['mapper/o']);
    expect(shown()).toBe('as it lies');
    expect(node().equals(before)).toBe(true);
    // The same without it is a write to the device itself.
    await run(
      'umount /mnt/e; dmsetup remove o; blockdev --setrw /dev/nvme1n1p1; mount -o ro /dev/nvme1n1p1 /mnt/e',
    );
    expect(shown()).toBe('what the journal holds');
    expect(node().equals(before)).toBe(false);
  });

  it.each([
    [
      'keeps the device below from being mounted',
      'mount -o ro,noload /dev/nvme1n1p1 /mnt/e',
      'mount point busy',
    ],
    ['is not removed while it is mounted', 'mount -o ro /dev/mapper/o /mnt/e; dmsetup remove o', 'busy'],
    ['keeps its store', 'losetup --detach /dev/loop0', 'busy'],
    [
      'has one store alone',
      'dmsetup create p --table "0 16384 snapshot /dev/nvme1n1p2 /dev/loop0 N 8"',
      'Device or resource busy',
    ],
  ])('%s', async (_, script, message) => {
    const done = await run(`mkdir -p "$CORDON_ROOT/mnt/e"; ${overlay('/dev/nvme1n1p1')}\n${script}`);
    expect(done).toMatchObject({ exitCode: expect.any(Number), stderr: expect.stringContaining(message) });
    expect(done.exitCode).not.toBe(0);
  });

  it('is not there on a kernel without the driver', async () => {
    const bare = makeHost();
    expect(await bare.run('dmsetup version')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('open failed'),
    });
    expect((await bare.run('vgs --noheadings -o vg_name')).exitCode).not.toBe(0);
  });
});

describe('LVM', () => {
  it('writes to the devices of a group that it gives another name', async () => {
    const { stdout } =
      await run(`vgimportclone -n mine /dev/nvme1n1p2; vgs --noheadings -o vg_name | tr -d ' '
      vgchange -ay mine; lvs --noheadings -o lv_name,lv_dm_path mine; blkid -o value -s TYPE /dev/mapper/mine-root`);
    expect(stdout).toBe('mine\n  root /dev/mapper/mine-root\next4\n');
    expect(host.writtenDevices()).toEqual(['nvme1n1p2']);
  });

  it('cannot write to a device that is read-only', async () => {
    const done = await run('blockdev --setro /dev/nvme1n1; vgimportclone -n mine /dev/nvme1n1p2');
    expect(done).toMatchObject({ exitCode: 5, stderr: expect.stringContaining('Read-only file system') });
    expect(host.writtenDevices()).toEqual([]);
  });
});
