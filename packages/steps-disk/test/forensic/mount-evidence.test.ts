import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HostScript } from '@cordon/core';
import { composeCommand } from '@cordon/core/aws';
import { type HostDisk, SimulatedHost } from '@cordon/testkit';
import * as v from 'valibot';
import { describe, expect, it, onTestFinished } from 'vitest';
import mountEvidence from '../../src/forensic/mount-evidence.sh';
import { MountAnswer, mountedVolumes } from '../../src/forensic/mounted.js';
import overlay from '../../src/forensic/overlay.sh';
import { KEY, privateRoot } from '../world/host-run.js';

const MOUNT: HostScript = { name: 'mount-evidence', text: `${overlay}\n${mountEvidence}` };
const VOLUME = 'vol-0123456789abcdef0';
const OTHER = 'vol-0fedcba9876543210';

type FileSystem = NonNullable<HostDisk['whole']>;

/** A forensic host with these disks, on a kernel without device-mapper. */
async function hostWith(...disks: readonly HostDisk[]) {
  const folder = await privateRoot();
  // Its commands run as somebody else.
  chmodSync(folder, 0o755);
  const host = new SimulatedHost({
    name: 'i-0aaaaaaaaaaaaaaa1',
    now: () => new Date('2026-11-20T05:00:00Z'),
    plant: (root) => {
      mkdirSync(join(root, 'proc'), { recursive: true });
      writeFileSync(join(root, 'proc/mounts'), '');
      writeFileSync(join(root, 'proc/stat'), 'btime 1795000000\n');
      writeFileSync(join(root, 'proc/uptime'), '1.00 1.00\n');
    },
  });
  onTestFinished(() => host.dispose());
  for (const disk of disks) host.devices.attach(disk);
  return { host, folder };
}

function fileSystem(folder: string, type: FileSystem['type'], more: Partial<FileSystem> = {}): FileSystem {
  return { type, uuid: `uuid-${type}`, folder, sizeBytes: 2 ** 30, ...more };
}

function disk(volumeId: string, partitions: readonly FileSystem[]): HostDisk {
  return {
    volumeId,
    sizeBytes: 2 ** 33,
    partitions: partitions.map((one, at) => ({ ...one, number: at + 1 })),
  };
}

async function mount(host: SimulatedHost, ...volumeIds: readonly string[]) {
  const run = await host.run(composeCommand(MOUNT, KEY, { volumes: volumeIds.join(' ') }));
  expect(run).toMatchObject({ exitCode: 0 });
  const answer = v.parse(MountAnswer, JSON.parse(run.stdout.trimEnd().split('\n').at(-1) ?? ''));
  return mountedVolumes(
    answer,
    volumeIds.map((volumeId) => ({
      sourceVolumeId: `of-${volumeId}`,
      volumeId,
      device: '/dev/sdf',
      attached: true,
      createdAt: '2026-11-20T05:00:00Z',
    })),
  );
}

describe('mounting evidence', () => {
  it('mounts every file system of every partition, and writes to no device', async () => {
    const { host, folder } = await hostWith();
    const types = ['ext4', 'xfs', 'btrfs', 'vfat'] as const;
    host.devices.attach(
      disk(
        VOLUME,
        types.map((type) => fileSystem(folder, type, type === 'vfat' ? {} : { dirty: true })),
      ),
    );
    const [volume] = await mount(host, VOLUME);
    expect(volume?.mounts.map(({ filesystem }) => filesystem)).toEqual([...types]);
    expect(volume?.notMounted).toEqual([]);
    expect(host.writtenDevices()).toEqual([]);
    // Down to the device, and the disk under its partitions.
    const shown = await host.run('for device in $(lsblk -lnpo NAME); do blockdev --getro "$device"; done');
    expect(shown.stdout).toBe('1\n'.repeat(types.length + 1));
  });

  it('mounts what lies over a whole disk', async () => {
    const { host, folder } = await hostWith();
    host.devices.attach({ ...disk(VOLUME, []), whole: fileSystem(folder, 'ext4', { dirty: true }) });
    const [volume] = await mount(host, VOLUME);
    expect(volume?.mounts).toEqual([
      {
        partition: expect.stringMatching(/^nvme\dn1$/),
        filesystem: 'ext4',
        path: expect.stringContaining(VOLUME),
      },
    ]);
    expect(host.writtenDevices()).toEqual([]);
  });

  it('names what it cannot look into, and why', async () => {
    const { host, folder } = await hostWith();
    const types = ['ext4', 'crypto_LUKS', 'LVM2_member', 'swap', ''] as const;
    host.devices.attach(
      disk(
        VOLUME,
        types.map((type) => fileSystem(folder, type)),
      ),
    );
    const [volume] = await mount(host, VOLUME);
    expect(volume?.mounts).toHaveLength(1);
    expect(volume?.notMounted.map(({ reason }) => reason)).toEqual([
      'encrypted with LUKS',
      'a physical volume of LVM',
      'swap',
      'no file system that is known here',
    ]);
  });

  it('finds each volume by its serial number, whatever the kernel calls it', async () => {
    const { host, folder } = await hostWith();
    host.devices.attach(disk(OTHER, [fileSystem(folder, 'xfs')]));
    host.devices.attach(disk(VOLUME, [fileSystem(folder, 'ext4')]));
    const [first, second] = await mount(host, VOLUME, OTHER);
    expect(first?.mounts[0]).toMatchObject({ filesystem: 'ext4', path: expect.stringContaining(VOLUME) });
    expect(second?.mounts[0]).toMatchObject({ filesystem: 'xfs', path: expect.stringContaining(OTHER) });
  });

  it('goes on where one volume is not there', async () => {
    const { host, folder } = await hostWith();
    host.devices.attach(disk(VOLUME, [fileSystem(folder, 'ext4')]));
    const [missing, there] = await mount(host, OTHER, VOLUME);
    expect(missing).toMatchObject({
      mounts: [],
      notMounted: [{ partition: 'disk', reason: 'no device with this serial number' }],
    });
    expect(there?.mounts).toHaveLength(1);
  });

  it('never takes the instance’s own root for evidence, whatever serial number its disk shows', async () => {
    const { host, folder } = await hostWith();
    host.devices.attach(disk(VOLUME, [fileSystem(folder, 'ext4')]));
    // The first disk of a host.
    writeFileSync(join(host.root, 'proc/mounts'), '/dev/nvme0n1p1 / ext4 rw,relatime 0 0\n');
    const [volume] = await mount(host, VOLUME);
    expect(volume).toMatchObject({
      mounts: [],
      notMounted: [{ partition: 'disk', reason: 'the root of this instance lies on it' }],
    });
  });

  it('mounts once, however often it is sent', async () => {
    const { host, folder } = await hostWith();
    host.devices.attach(disk(VOLUME, [fileSystem(folder, 'ext4')]));
    const first = await mount(host, VOLUME);
    expect(await mount(host, VOLUME)).toEqual(first);
  });

  it('takes nothing for a volume that is not named like one', async () => {
    const { host } = await hostWith();
    const run = await host.run(composeCommand(MOUNT, KEY, { volumes: '../../etc' }));
    expect(run).toMatchObject({ exitCode: 65, stderr: expect.stringContaining('BAD_PARAMETER: volumes') });
  });
});

describe('the answer of a mount', () => {
  const volumes = [
    { sourceVolumeId: 'vol-s', volumeId: VOLUME, device: '/dev/sdf', attached: true, createdAt: '' },
  ];

  it('is believed only for volumes that were asked for, and for places that are ours', () => {
    const mounts = [
      `${VOLUME}|nvme1n1p1|ext4|/mnt/evidence/${VOLUME}/nvme1n1p1;`,
      `${VOLUME}|nvme1n1p2|ext4|/mnt/evidence/${VOLUME}/../../etc;`,
      `${VOLUME}|nvme1n1p3|ext4|/;`,
      `vol-0bad0bad0bad0bad0|x|ext4|/mnt/evidence/vol-0bad0bad0bad0bad0/x;`,
      'broken;',
    ].join('');
    expect(mountedVolumes({ mounts, failed: '', replayed: '' }, volumes)).toMatchObject([
      { mounts: [{ partition: 'nvme1n1p1' }], notMounted: [] },
    ]);
  });
});
