import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { composeCommand } from '@cordon/core/aws';
import { type HostDisk, SimulatedHost } from '@cordon/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import checkImage from '../../src/forensic/check-image.sh';
import { KEY, privateRoot } from '../world/host-run.js';

const SCRIPT = fileURLToPath(new URL('../../src/image/prepare-image.sh', import.meta.url));
const UNITS = ['autofs', 'multipathd', 'udisks2', 'lvm2-monitor', 'zfs-import-scan'];

function put(root: string, path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

/** A Debian with everything that takes disks in. */
function careless(root: string): void {
  for (const unit of UNITS) put(root, `lib/systemd/system/${unit}.service`, '[Service]\n');
  put(root, 'usr/sbin/mdadm', '');
  put(root, 'lib/udev/rules.d/69-lvm.rules', 'ACTION=="add", SUBSYSTEM=="block", RUN+="/sbin/lvm pvscan"\n');
  put(root, 'etc/lvm/lvm.conf', 'global {\n\tevent_activation = 1\n}\n');
  for (const [path, text] of [
    ['mounts', '/dev/nvme0n1p1 / ext4 rw 0 0\n'],
    ['stat', 'btime 1795000000\n'],
    ['uptime', '1.00 1.00\n'],
    ['1/comm', 'systemd\n'],
  ] as const)
    put(root, `proc/${path}`, text);
}

const configure = (root: string) =>
  execFileSync('bash', [SCRIPT, '--configure-only'], { env: { ...process.env, CORDON_ROOT: root } });

async function hostFrom(change: (root: string) => void) {
  const image = await privateRoot();
  careless(image);
  change(image);
  chmodSync(image, 0o755);
  const host = new SimulatedHost({
    name: 'i-0aaaaaaaaaaaaaaa1',
    now: () => new Date('2026-11-20T05:00:00Z'),
    plant: (root) => cpSync(image, root, { recursive: true, verbatimSymlinks: true }),
    machine: { deviceMapper: 'present' },
  });
  onTestFinished(() => host.dispose());
  host.devices.attach({ volumeId: 'vol-0aaa0000000000000', sizeBytes: 2 ** 30, partitions: [] });
  return { host, image };
}

async function wrongWith(host: SimulatedHost): Promise<string> {
  const run = await host.run(composeCommand({ name: 'check-image', text: checkImage }, KEY, {}));
  expect(run).toMatchObject({ exitCode: 0 });
  return JSON.parse(run.stdout.trimEnd()).wrong;
}

/** A disk with a group of LVM on it. */
const EVIDENCE: HostDisk = {
  volumeId: 'vol-0bbb0000000000000',
  sizeBytes: 2 ** 30,
  partitions: [
    {
      number: 1,
      type: 'LVM2_member',
      uuid: 'pv',
      folder: '',
      sizeBytes: 2 ** 29,
      group: {
        name: 'vg0',
        volumes: [{ name: 'root', type: 'ext4', uuid: 'fs', folder: '/', sizeBytes: 2 ** 29 }],
      },
    },
  ],
};

describe('the forensic image', () => {
  it('keeps its hands off disks once it is prepared: read-only when they come, and nothing is put together', async () => {
    const { host } = await hostFrom(configure);
    expect(await wrongWith(host)).toBe('');
    const name = host.devices.attach(EVIDENCE);
    const shown = await host.run(`blockdev --getro /dev/${name}; blockdev --getro /dev/${name}p1`);
    expect(shown.stdout).toBe('1\n1\n');
    expect(host.writtenDevices()).toEqual([]);
  });

  it('would write to them, and is found out, where nobody has prepared it', async () => {
    const { host } = await hostFrom(() => undefined);
    expect(await wrongWith(host)).toBe(
      'udev lvm md autofs.service multipathd.service udisks2.service lvm2-monitor.service zfs-import-scan.service',
    );
    const name = host.devices.attach(EVIDENCE);
    expect(host.writtenDevices()).toEqual([`${name}p1`]);
  });

  it.each([
    ['udev', 'etc/udev/rules.d/01-evidence.rules'],
    ['lvm', 'etc/lvm/lvm.conf'],
    ['udisks2.service', 'etc/systemd/system/udisks2.service'],
    ['multipathd.service', 'etc/systemd/system/multipathd.service'],
    ['autofs.service', 'etc/systemd/system/autofs.service'],
  ])('is found out by name without %s', async (word, path) => {
    const { host } = await hostFrom((root) => {
      configure(root);
      rmSync(join(root, path));
    });
    expect(await wrongWith(host)).toBe(word);
  });

  it('is found out where RAID is not left alone, or something that takes disks in runs', async () => {
    const { host } = await hostFrom((root) => {
      configure(root);
      for (const path of ['etc/mdadm/mdadm.conf', 'etc/mdadm.conf']) put(root, path, 'AUTO +imsm\n');
      put(root, 'proc/4711/comm', 'udisksd\n');
    });
    expect(await wrongWith(host)).toBe('md udisksd');
  });

  it('keeps what was configured before, however often it is prepared', async () => {
    const { image } = await hostFrom((root) => {
      configure(root);
      configure(root);
    });
    const before = readFileSync(join(image, 'etc/lvm/lvm.conf.before-cordon'), 'utf8');
    expect(before).toContain('event_activation = 1');
    expect(existsSync(join(image, 'etc/lvm/lvm.conf.new'))).toBe(false);
  });
});
