import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HostScript } from '@cordon/core';
import { composeCommand } from '@cordon/core/aws';
import { type DeviceFileSystem, type HostDisk, SimulatedHost } from '@cordon/testkit';
import * as v from 'valibot';
import { describe, expect, it, onTestFinished } from 'vitest';
import mountEvidence from '../../src/forensic/mount-evidence.sh';
import { MountAnswer } from '../../src/forensic/mounted.js';
import overlay from '../../src/forensic/overlay.sh';
import { KEY, privateRoot } from '../world/host-run.js';

const MOUNT: HostScript = { name: 'mount-evidence', text: `${overlay}\n${mountEvidence}` };
const VOLUME = 'vol-0123456789abcdef0';
const MIB = 2 ** 20;

/** Folders of a disk: what its file system shows, and what only its journal holds. */
async function evidence() {
  const folder = await privateRoot();
  for (const [path, text] of [
    ['shown/var/log/auth.log', 'accepted for root\n'],
    ['journal/var/log/late.log', 'the last lines before the snapshot\n'],
  ] as const) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  // The host's commands run as somebody else.
  execFileSync('chmod', ['-R', 'a+rX', folder]);
  return folder;
}

function fileSystem(folder: string, more: Partial<DeviceFileSystem> = {}): DeviceFileSystem {
  const shown = { type: 'ext4', uuid: 'uuid-1', folder: join(folder, 'shown'), sizeBytes: 64 * MIB } as const;
  return { ...shown, dirty: true, journalFolder: join(folder, 'journal'), ...more };
}

async function hostWith(disk: HostDisk, deviceMapper: 'present' | 'absent' = 'present') {
  const host = new SimulatedHost({
    name: 'i-0aaaaaaaaaaaaaaa1',
    now: () => new Date('2026-11-20T05:00:00Z'),
    plant: (root) => {
      for (const path of ['proc', 'var/tmp', 'etc/lvm']) mkdirSync(join(root, path), { recursive: true });
      writeFileSync(join(root, 'proc/mounts'), '/dev/nvme9n1p1 / ext4 rw 0 0\n');
      writeFileSync(join(root, 'etc/lvm/lvm.conf'), 'global {\n\tevent_activation = 0\n}\n');
      writeFileSync(join(root, 'proc/stat'), 'btime 1795000000\n');
      writeFileSync(join(root, 'proc/uptime'), '1.00 1.00\n');
    },
    machine: { deviceMapper },
  });
  onTestFinished(() => host.dispose());
  host.devices.attach(disk);
  return host;
}

async function mount(host: SimulatedHost) {
  const run = await host.run(composeCommand(MOUNT, KEY, { volumes: VOLUME }));
  expect(run).toMatchObject({ exitCode: 0 });
  return v.parse(MountAnswer, JSON.parse(run.stdout.trimEnd().split('\n').at(-1) ?? ''));
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Every byte, name, mode and time of what the disk holds, and the first bytes of its devices. */
function fingerprint(host: SimulatedHost, folder: string): readonly string[] {
  const content = execFileSync('tar', ['--sort=name', '--format=gnu', '-C', folder, '-c', '.']);
  const devices = ['nvme0n1', 'nvme0n1p1'].map((name) => join(host.root, 'dev', name)).filter(existsSync);
  return [sha256(content), ...devices.map((path) => sha256(readFileSync(path)))];
}

const partitioned = (one: DeviceFileSystem): HostDisk => ({
  volumeId: VOLUME,
  sizeBytes: 128 * MIB,
  partitions: [{ ...one, number: 1 }],
});
const whole = (one: DeviceFileSystem): HostDisk => ({
  volumeId: VOLUME,
  sizeBytes: one.sizeBytes,
  partitions: [],
  whole: one,
});

const late = (host: SimulatedHost, path: string) =>
  existsSync(join(host.root, 'mnt/evidence', VOLUME, path, 'var/log/late.log'));
const sourceOf = async (host: SimulatedHost, path: string) =>
  (await host.run(`findmnt -n -o SOURCE,OPTIONS -M /mnt/evidence/${VOLUME}/${path}`)).stdout.trim();

describe('an overlay over the evidence', () => {
  it.each([
    ['ext4 on a partition', 'ext4', partitioned, 'nvme0n1p1'],
    ['XFS on a partition', 'xfs', partitioned, 'nvme0n1p1'],
    ['ext4 over a whole disk', 'ext4', whole, 'nvme0n1'],
  ] as const)(
    'has the journal of %s replayed, and no byte of the evidence changed',
    async (_, type, on, name) => {
      const folder = await evidence();
      const host = await hostWith(on(fileSystem(folder, { type })));
      const before = fingerprint(host, folder);
      const answer = await mount(host);
      expect(answer).toMatchObject({ failed: '', replayed: `${VOLUME}|${name};` });
      expect(late(host, name)).toBe(true);
      expect(await sourceOf(host, name)).toMatch(
        new RegExp(`^/dev/mapper/cordon-${VOLUME}-${name} ro,nodev,nosuid,noexec`),
      );
      expect(fingerprint(host, folder)).toEqual(before);
      expect(host.writtenDevices()).toEqual([`mapper/cordon-${VOLUME}-${name}`]);
    },
  );

  it('is not laid over what has nothing to replay', async () => {
    const folder = await evidence();
    const { dirty: _, ...clean } = fileSystem(folder);
    const host = await hostWith(partitioned(clean));
    expect(await mount(host)).toMatchObject({ replayed: '' });
    expect(await sourceOf(host, 'nvme0n1p1')).toMatch(/^\/dev\/nvme0n1p1 ro,/);
    expect(host.writtenDevices()).toEqual([]);
  });

  it('carries all of LVM, which writes to what it opens', async () => {
    const folder = await evidence();
    const logical = { ...fileSystem(folder), name: 'root' };
    const group = { name: 'vg0', volumes: [logical] };
    const disk = partitioned({ ...logical, type: 'LVM2_member', group });
    const host = await hostWith(disk);
    const before = fingerprint(host, folder);
    const answer = await mount(host);
    expect(answer.failed).toBe('');
    expect(answer.mounts).toBe(`${VOLUME}|vg0/root|ext4|/mnt/evidence/${VOLUME}/lv0;`);
    expect(answer.replayed).toBe(`${VOLUME}|vg0/root;`);
    expect(late(host, 'lv0')).toBe(true);
    expect(fingerprint(host, folder)).toEqual(before);
    for (const device of host.writtenDevices()) expect(device).toMatch(/^mapper\/cordon/);
  });

  it('names physical volumes of LVM that are in no group', async () => {
    const folder = await evidence();
    const logical = { ...fileSystem(folder), name: 'root' };
    const host = await hostWith({
      volumeId: VOLUME,
      sizeBytes: 256 * MIB,
      partitions: [
        { ...logical, type: 'LVM2_member', group: { name: 'vg0', volumes: [logical] }, number: 1 },
        { ...fileSystem(folder, { type: 'LVM2_member' }), number: 2 },
      ],
    });
    const answer = await mount(host);
    expect(answer.mounts).toBe(`${VOLUME}|vg0/root|ext4|/mnt/evidence/${VOLUME}/lv0;`);
    expect(answer.failed).toBe(`${VOLUME}|LVM|1 of 2 physical volumes are in no group that can be read;`);
  });

  it('is done without where the kernel has no device-mapper: nothing is replayed, and LVM is named', async () => {
    const folder = await evidence();
    const host = await hostWith(
      {
        volumeId: VOLUME,
        sizeBytes: 256 * MIB,
        partitions: [
          { ...fileSystem(folder), number: 1 },
          { ...fileSystem(folder, { type: 'LVM2_member' }), number: 2 },
        ],
      },
      'absent',
    );
    const before = fingerprint(host, folder);
    const answer = await mount(host);
    expect(answer).toMatchObject({
      failed: `${VOLUME}|nvme0n1p2|a physical volume of LVM;`,
      replayed: '',
    });
    expect(late(host, 'nvme0n1p1')).toBe(false);
    expect(fingerprint(host, folder)).toEqual(before);
  });

  it('is given up, and the device mounted as it lies, where the journal cannot be replayed on it', async () => {
    const folder = await evidence();
    const host = await hostWith(partitioned(fileSystem(folder, { journalFolder: join(folder, 'gone') })));
    const answer = await mount(host);
    expect(answer).toMatchObject({ failed: '', replayed: '' });
    expect(await sourceOf(host, 'nvme0n1p1')).toMatch(/^\/dev\/nvme0n1p1 ro,.*norecovery/);
    expect((await host.run('dmsetup info cordon-x; ls "$CORDON_ROOT/var/tmp/cordon-overlays"')).stdout).toBe(
      '',
    );
  });

  it('is laid once, however often the command is sent', async () => {
    const folder = await evidence();
    const host = await hostWith(partitioned(fileSystem(folder)));
    const { open: _, ...first } = await mount(host);
    expect(await mount(host)).toMatchObject(first);
  });
});
