import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { giveToHost } from '../../src/hosts/identity.js';
import type { SimulatedHost } from '../../src/hosts/simulated-host.js';
import { disposeHosts, makeHost, strict } from './make-host.js';

let host: SimulatedHost;
let volumes: string;
const GIB = 2 ** 30;
const UUID = '5e1f0d3c-0000-4000-8000-000000000001';

beforeEach(() => {
  host = makeHost();
  volumes = mkdtempSync(join(tmpdir(), 'cordon-volumes-'));
  mkdirSync(join(volumes, 'root/etc'), { recursive: true });
  writeFileSync(join(volumes, 'root/etc/passwd'), 'root:x:0:0\n', { mode: 0o644 });
  mkdirSync(join(volumes, 'efi'));
  mkdirSync(join(volumes, 'data'));
  giveToHost(volumes);
  host.devices.attach({ volumeId: 'vol-0aaa0000000000000', sizeBytes: 8 * GIB, partitions: [] });
  host.devices.attach({
    volumeId: 'vol-0123456789abcdef0',
    sizeBytes: 8 * GIB,
    partitions: [
      { number: 1, type: 'ext4', uuid: UUID, folder: join(volumes, 'root'), sizeBytes: 7 * GIB, dirty: true },
      { number: 14, type: '', uuid: '', folder: '', sizeBytes: 3 * 2 ** 20 },
      { number: 15, type: 'vfat', uuid: 'ABCD-0123', folder: join(volumes, 'efi'), sizeBytes: 124 * 2 ** 20 },
    ],
  });
  host.devices.attach({
    volumeId: 'vol-0bbb0000000000000',
    sizeBytes: 2 * GIB,
    partitions: [],
    whole: { type: 'xfs', uuid: UUID, folder: join(volumes, 'data'), sizeBytes: 2 * GIB },
  });
});
afterEach(async () => {
  await disposeHosts();
  rmSync(volumes, { recursive: true, force: true });
});

const run = (text: string) => host.run(strict(text));
const DEVICE = '"$CORDON_ROOT/dev/nvme1n1p1"';
const READ_ONLY = `mkdir -p "$CORDON_ROOT/mnt/e"; blockdev --setro ${DEVICE}; mount -o ro,nodev,nosuid,noexec,noload ${DEVICE} "$CORDON_ROOT/mnt/e"`;

describe('attached volumes', () => {
  it('are found by serial and by id', async () => {
    const { stdout } = await run(
      'lsblk -dno PATH,SERIAL; readlink "$CORDON_ROOT/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol0123456789abcdef0"',
    );
    expect(stdout.split('\n').map((line) => line.trim().split(/\s+/))).toEqual([
      ['/dev/nvme0n1', 'vol0aaa0000000000000'],
      ['/dev/nvme1n1', 'vol0123456789abcdef0'],
      ['/dev/nvme2n1', 'vol0bbb0000000000000'],
      ['../../nvme1n1'],
      [''],
    ]);
  });

  it('show their partitions and file systems', async () => {
    const { stdout } = await run(
      'lsblk -nrpo NAME,TYPE,FSTYPE "$CORDON_ROOT/dev/nvme1n1"; blkid -o value -s TYPE /dev/nvme2n1; blockdev --getsize64 /dev/nvme1n1',
    );
    expect(stdout).toBe(
      '/dev/nvme1n1 disk \n/dev/nvme1n1p1 part ext4\n/dev/nvme1n1p14 part \n/dev/nvme1n1p15 part vfat\nxfs\n8589934592\n'.replaceAll(
        / \n/g,
        '\n',
      ),
    );
    const json = JSON.parse((await run('lsblk -J -o NAME,SERIAL,TYPE,FSTYPE')).stdout);
    expect(json.blockdevices.map((one: { name: string }) => one.name)).toContain('nvme1n1p15');
  });

  it('are gone when detached', async () => {
    host.devices.detach('vol-0123456789abcdef0');
    expect((await run('lsblk -dno SERIAL')).stdout).not.toContain('0123456789');
    expect(existsSync(join(host.root, 'dev/nvme1n1p1'))).toBe(false);
  });
});

describe('a read-only mount', () => {
  it('shows the files, and takes no writes', async () => {
    const { stdout, exitCode, stderr } = await run(`${READ_ONLY}
      cat "$CORDON_ROOT/mnt/e/etc/passwd"
      findmnt -no FSTYPE,OPTIONS "$CORDON_ROOT/mnt/e"
      echo x >>"$CORDON_ROOT/mnt/e/etc/passwd" && echo written || true
      touch "$CORDON_ROOT/mnt/e/etc/new" && echo made || true
      rm -f "$CORDON_ROOT/mnt/e/etc/passwd" && echo removed || true`);
    expect([exitCode, stdout]).toEqual([0, 'root:x:0:0\next4 ro,nodev,nosuid,noexec,norecovery\n']);
    expect(stderr.match(/Permission denied/g)?.length).toBeGreaterThanOrEqual(3);
    expect(host.writtenDevices()).toEqual([]);
  });

  it('is undone by umount, and can be made again', async () => {
    await run(READ_ONLY);
    expect(await run('umount "$CORDON_ROOT/mnt/e"; ls -A "$CORDON_ROOT/mnt/e"')).toMatchObject({
      exitCode: 0,
      stdout: '',
    });
    expect((await run(`${READ_ONLY}; ls "$CORDON_ROOT/mnt/e"`)).stdout).toBe('etc\n');
    expect(await run('umount /mnt/nothing')).toMatchObject({
      exitCode: 32,
      stderr: expect.stringContaining('not mounted'),
    });
  });

  it.each([
    ['a missing device', 'mount -o ro /dev/nvme7n1 /mnt/e', 'special device /dev/nvme7n1 does not exist'],
    ['a missing mount point', 'mount -o ro,noload /dev/nvme1n1p1 /mnt/f', 'mount point does not exist'],
    [
      'an option that the file system does not know',
      'mount -o ro,nouuid /dev/nvme1n1p1 /mnt/e',
      'wrong fs type, bad option',
    ],
    ['no file system', 'mount -o ro /dev/nvme1n1p14 /mnt/e', 'wrong fs type, bad option'],
    ['the wrong type', 'mount -t xfs -o ro /dev/nvme1n1p1 /mnt/e', 'wrong fs type, bad option'],
    [
      'a write mount of a read-only device',
      'blockdev --setro /dev/nvme1n1p1; mount /dev/nvme1n1p1 /mnt/e',
      'cannot mount /dev/nvme1n1p1 read-only',
    ],
    [
      'a journal that may not be replayed',
      'blockdev --setro /dev/nvme1n1p1; mount -o ro /dev/nvme1n1p1 /mnt/e',
      'cannot mount /dev/nvme1n1p1 read-only',
    ],
  ])('fails as mount does on %s', async (_, script, message) => {
    expect(await run(`mkdir -p "$CORDON_ROOT/mnt/e"; ${script}`)).toMatchObject({
      exitCode: 32,
      stderr: expect.stringContaining(message),
    });
  });

  it('changes the evidence when the journal is replayed', async () => {
    await run('mkdir -p "$CORDON_ROOT/mnt/e"; mount -o ro /dev/nvme1n1p1 /mnt/e');
    expect(host.writtenDevices()).toEqual(['nvme1n1p1']);
    expect(host.dmesg()).toContain('recovery complete');
  });

  it('leaves the volume as it was', async () => {
    await run(READ_ONLY);
    await run('umount /mnt/e');
    expect(statSync(join(volumes, 'root/etc/passwd')).mode & 0o777).toBe(0o644);
  });
});

describe('a fresh volume', () => {
  it('is formatted, written to, and keeps what was written', async () => {
    const { exitCode, stderr } =
      await run(`mkfs.ext4 -q /dev/nvme2n1; mkdir -p "$CORDON_ROOT/mnt/e"; mount /dev/nvme2n1 /mnt/e
      echo kept >"$CORDON_ROOT/mnt/e/dump"; umount /mnt/e; [[ ! -e "$CORDON_ROOT/mnt/e/dump" ]]
      mount -o ro /dev/nvme2n1 /mnt/e; grep -q kept "$CORDON_ROOT/mnt/e/dump"; blkid -o value -s TYPE /dev/nvme2n1`);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(existsSync(join(volumes, 'data/dump'))).toBe(true);
  });
});
