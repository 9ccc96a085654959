import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { MOUNT, UNMOUNT } from '../../src/lime/host-scripts.js';
import { VERIFY } from '../../src/preserve/stages.js';
import { limeImage } from '../lime/lime-image.js';
import { KEY, plant, privateRoot, runOnHost, standIns } from '../world/host-run.js';

const VOLUME = 'vol-0123456789abcdef0';
const IMAGE = limeImage([{ start: 0x1000n, bytes: Buffer.alloc(4096, 'm') }]);

/** Runs a line of shell over a path; what it printed, and whether it went well. */
function sh(line: string, path = '') {
  const { status, stdout } = spawnSync('bash', ['-c', line, path], { encoding: 'utf8' });
  return { well: status === 0, said: stdout.trim() };
}

/** A real kernel, real devices, the real mkfs and mount: where the tests may have them. */
const real = process.getuid?.() === 0 && sh('losetup --find').well;

/** A blank disk of 64 MiB on a loop device, which lsblk says is our volume. */
async function disk() {
  const root = await privateRoot();
  await plant(root, { 'proc/modules': '', disk: '' });
  truncateSync(join(root, 'disk'), 64 * 2 ** 20);
  const device = sh('losetup --find --show "$0"', join(root, 'disk')).said;
  const folder = join(root, 'run', `cordon-${KEY}`);
  onTestFinished(() => {
    for (const mounted of [folder, join(root, 'mnt/memory', `cordon-${KEY}`)]) sh('umount "$0"', mounted);
    // It would stay so for whoever has the device next.
    sh('blockdev --setrw "$0"', device);
    sh('losetup --detach "$0"', device);
  });
  const tools = await standIns(root, { lsblk: `echo "${device} ${VOLUME.replace('-', '')}"`, udevadm: ':' });
  const parameters = { directory: '/run', volume: VOLUME };
  const mount = () => runOnHost(MOUNT, { root, tools, parameters });
  return { root, device, folder, tools, mount };
}

describe.runIf(real)('the scripts for a volume, on a real kernel', () => {
  it('make a file system, let it be written to, and let go of it', async () => {
    const { root, folder, mount } = await disk();
    const mounted = await mount();
    expect(mounted).toMatchObject({ exitCode: 0, stderr: '' });
    expect(Number(mounted.answer()['free'])).toBeGreaterThan(48 * 2 ** 20);
    writeFileSync(join(folder, 'mem.lime'), IMAGE);
    const parameters = { directory: '/run' };
    expect((await runOnHost(UNMOUNT, { root, parameters })).answer()).toEqual({ removed: '1' });
    expect(existsSync(folder)).toBe(false);
    // Harmless twice.
    expect((await runOnHost(UNMOUNT, { root, parameters })).answer()).toEqual({ removed: '1' });
  });

  it('leave no bit of the volume changed when the dump on it is looked at', async () => {
    const { root, device, folder, tools, mount } = await disk();
    await mount();
    writeFileSync(join(folder, 'mem.lime'), IMAGE);
    await runOnHost(UNMOUNT, { root, parameters: { directory: '/run' } });
    const digest = () => sh('sha256sum "$0"', device).said;
    const before = digest();
    const parameters = { directory: '/mnt/memory', volume: VOLUME };
    const run = await runOnHost(VERIFY, { root, tools, parameters });
    expect(run.answer()).toEqual({ size: String(IMAGE.length), ranges: '4096-8191' });
    const seen = join(root, 'mnt/memory', `cordon-${KEY}`);
    expect(() => writeFileSync(join(seen, 'x'), '')).toThrow(/EROFS|read-only/);
    expect(digest()).toBe(before);
  });

  it('never touch a device that holds something', async () => {
    const { device, mount } = await disk();
    expect(sh('mkfs.ext4 -q "$0"', device).well).toBe(true);
    expect((await mount()).stderr).toMatch(/VOLUME_NOT_BLANK: /);
  });

  it('unmount also what somebody still holds', async () => {
    const { root, folder, mount } = await disk();
    await mount();
    const holder = spawn('sleep', ['30'], { cwd: folder, stdio: 'ignore' });
    onTestFinished(() => void holder.kill('SIGKILL'));
    await once(holder, 'spawn');
    const run = await runOnHost(UNMOUNT, { root, parameters: { directory: '/run' } });
    expect(run.answer()).toEqual({ removed: '1' });
    expect(existsSync(folder)).toBe(false);
  });
});
