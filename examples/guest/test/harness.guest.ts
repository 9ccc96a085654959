import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Guest } from '@cordon/testkit/guest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { webServerImage } from '../src/image.ts';

const ROOT = 'vol-0f1e2d3c4b5a69788';
const DATA = 'vol-0a9b8c7d6e5f40312';
const MIB = 2 ** 20;

describe('a guest', () => {
  let folder: string;
  let guest: Guest;
  /** Whether the wire carries packets to the listener. */
  let open = true;
  const heard: string[] = [];
  const server = createServer((socket) => {
    socket.on('data', (chunk) => heard.push(chunk.toString()));
    socket.on('error', () => socket.destroy());
  });

  const said = async (script: string) => (await guest.run(script)).stdout.trim();

  beforeAll(async () => {
    const { diskFile, boot } = await webServerImage();
    folder = await mkdtemp(join(tmpdir(), 'cordon-harness-'));
    execFileSync('cp', ['--sparse=always', diskFile, join(folder, 'root.raw')]);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    // A TCP server's address is never a pipe's name.
    const { port } = server.address() as { readonly port: number };
    guest = await Guest.boot({
      ...boot,
      name: 'harness',
      disks: [{ volumeId: ROOT, file: join(folder, 'root.raw') }],
      network: {
        address: '10.20.3.44',
        gateway: '10.20.3.1',
        rules: {
          outgoing: ({ remote }) => (open && remote.address === '203.0.113.66' ? port : undefined),
          incoming: () => open,
        },
      },
    });
  });

  afterAll(async () => {
    await guest?.stop();
    server.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('runs scripts as root, and tells their output and their end', async () => {
    const { exitCode, stdout, stderr } = await guest.run('id -un; echo "not found" >&2; exit 65');
    expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 65, stdout: 'root\n', stderr: 'not found\n' });
  });

  it('boots from partition 1 of a disk with the serial number of an EBS volume', async () => {
    expect(await said('findmnt -no SOURCE /; lsblk -dno SERIAL /dev/nvme0n1')).toBe(
      `/dev/nvme0n1p1\n${ROOT.replace('-', '')}`,
    );
  });

  it('reaches what the rules let it, under the address of the world, and loses it when they change', async () => {
    const script = `exec 3<>/dev/tcp/203.0.113.66/4444; i=0
      while echo "beacon $((i++))" >&3; do sleep 0.1; done`;
    const shell = guest.run(
      `setsid bash -c '${script}' </dev/null >/dev/null 2>&1 & sleep 2; ss -tnH state established`,
    );
    expect((await shell).stdout).toMatch(/10\.20\.3\.44:\d+ +203\.0\.113\.66:4444/);
    expect(heard.join('')).toMatch(/beacon 3\n/);
    open = false;
    await said('sleep 1');
    const before = heard.length;
    await said('sleep 2');
    expect(heard.length).toBe(before);
    // The kernel does not know yet: nobody has told it.
    expect(await said('ss -tnH state established')).toContain('203.0.113.66:4444');
  });

  it('has disks plugged and unplugged while it runs', async () => {
    const file = join(folder, 'data.raw');
    await writeFile(file, '');
    await truncate(file, 64 * MIB);
    await guest.attach({ volumeId: DATA, file });
    const serial = DATA.replace('-', '');
    const device = `lsblk -dnro NAME,SERIAL | sed -n 's/ ${serial}$//p'`;
    const formatted = await said(`for i in {1..30}; do d=$(${device}); [ -n "$d" ] && break; sleep 1; done
      mkfs.ext4 -q "/dev/$d" && mount "/dev/$d" /mnt && echo kept >/mnt/file && umount /mnt && echo done`);
    expect(formatted).toBe('done');
    await guest.detach(DATA);
    expect(await said(device)).toBe('');
    expect(execFileSync('debugfs', ['-R', 'cat file', file], { encoding: 'utf8' })).toContain('kept');
  });

  it('stands still while its disk is copied: the file system is as after a power cut', async () => {
    await said('setsid sh -c "while :; do date >>/var/log/busy; done" </dev/null >/dev/null 2>&1 &');
    guest.freeze();
    const copy = join(folder, 'copy.raw');
    execFileSync('cp', ['--sparse=always', join(folder, 'root.raw'), copy]);
    const partition = `${copy}?offset=${128 * MIB}`;
    const told = execFileSync('dumpe2fs', ['-h', partition], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    expect(told).toContain('needs_recovery');
    expect(await said('echo on')).toBe('on');
  });

  it('leaves no process and no folder behind', async () => {
    const { pid, folder: own } = guest;
    await guest.stop();
    expect(existsSync(`/proc/${pid}`)).toBe(false);
    expect(existsSync(own)).toBe(false);
  });
});
