import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { SimulatedHost } from '../../src/hosts/simulated-host.js';
import { disposeHosts, makeHost, strict } from './make-host.js';

afterEach(disposeHosts);

const insmod = (more = 'format=lime digest=sha256 timeout=0', path = 'tmp/mem.lime', module = 'lime') =>
  strict(
    `insmod "$CORDON_ROOT/opt/${module}.ko" "path=$CORDON_ROOT/${path}" ${more
      .split(' ')
      .map((one) => `"${one}"`)
      .join(' ')}`,
  );

interface Range {
  readonly start: bigint;
  readonly end: bigint;
  readonly bytes: Buffer;
}

/** The LiME format, read without any of Cordon's code. */
function ranges(image: Buffer): readonly Range[] {
  const found: Range[] = [];
  for (let at = 0; at < image.length; ) {
    expect(image.readUInt32LE(at).toString(16)).toBe('4c694d45');
    expect(image.readUInt32LE(at + 4)).toBe(1);
    const [start, end] = [image.readBigUInt64LE(at + 8), image.readBigUInt64LE(at + 16)];
    const length = Number(end - start) + 1;
    found.push({ start, end, bytes: image.subarray(at + 32, at + 32 + length) });
    at += 32 + length;
  }
  return found;
}

const read = (host: SimulatedHost, path: string) => readFileSync(join(host.root, path));

describe('LiME on a simulated host', () => {
  it('writes every range of System RAM, with the digest beside it', async () => {
    const host = makeHost({ memory: [{ address: 0x20_0000, bytes: 'a secret in memory' }] });
    expect(await host.run(insmod())).toMatchObject({ exitCode: 0, stderr: '' });
    const image = read(host, 'tmp/mem.lime');
    const found = ranges(image);
    expect(found.map(({ start, end }) => `${start.toString(16)}-${end.toString(16)}`)).toEqual([
      '1000-9ffff',
      '100000-ffffff',
    ]);
    expect(found[1]?.bytes.subarray(0x10_0000, 0x10_0012).toString()).toBe('a secret in memory');
    expect(read(host, 'tmp/mem.lime.sha256').toString()).toBe(
      createHash('sha256').update(image).digest('hex'),
    );
  });

  it('stays loaded and taints the kernel, until rmmod', async () => {
    const host = makeHost();
    await host.run(insmod());
    expect(read(host, 'proc/modules').toString()).toMatch(/^lime /m);
    expect(Number(read(host, 'proc/sys/kernel/tainted').toString())).toBe(12_288);
    expect(await host.run(insmod())).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('File exists'),
    });
    expect(await host.run(strict('rmmod lime'))).toMatchObject({ exitCode: 0 });
    expect(await host.run(strict('rmmod lime'))).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('not currently loaded'),
    });
    expect(await host.run(insmod())).toMatchObject({ exitCode: 0 });
  });

  it.each([
    ['bad parameters', insmod('format=nonsense'), 'Invalid parameters'],
    ['a missing folder', insmod('format=lime', 'no/such/mem.lime'), 'Unknown symbol in module'],
    ['another kernel', insmod('format=lime', 'tmp/mem.lime', 'other'), 'Invalid module format'],
    ['a missing file', insmod('format=lime', 'tmp/mem.lime', 'none'), 'No such file or directory'],
  ])("fails with the kernel's words on %s", async (_, script, message) => {
    const host = makeHost();
    const { exitCode, stderr } = await host.run(script);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining(message)]);
    expect(existsSync(join(host.root, 'tmp/mem.lime'))).toBe(false);
  });

  it('is not permitted under lockdown', async () => {
    const host = makeHost({ lockdown: 'integrity' });
    expect(await host.run(insmod())).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('Operation not permitted'),
    });
    expect(read(host, 'sys/kernel/security/lockdown').toString()).toBe('none [integrity] confidentiality\n');
  });

  it('says success on a full disk, and leaves a short dump with an empty digest', async () => {
    const host = makeHost({ diskBytes: 24 * 2 ** 20, diskUsedBytes: 10 * 2 ** 20 });
    expect(await host.run(insmod())).toMatchObject({ exitCode: 0 });
    expect(read(host, 'tmp/mem.lime').length).toBeLessThan(16 * 2 ** 20);
    expect(read(host, 'tmp/mem.lime').length).toBeGreaterThan(2 ** 20);
    expect(read(host, 'tmp/mem.lime.sha256').toString()).toBe('');
  });

  it('takes as long as the memory that the machine would have', async () => {
    const host = makeHost({ modelledMemoryMiB: 8192, limeMiBPerSecond: 100 });
    expect((await host.run(insmod())).seconds).toBeCloseTo(82.3, 0);
  });

  it('tells by df what is free', async () => {
    const host = makeHost({ diskBytes: 10 * 2 ** 30, diskUsedBytes: 4 * 2 ** 30 });
    const { stdout } = await host.run(
      strict(
        'df -B1 --output=avail "$CORDON_ROOT/tmp" | tail -n 1; df -P -k "$CORDON_ROOT/tmp" | awk \'NR == 2 { print $4 }\'',
      ),
    );
    const [bytes = 0, kib = 0] = stdout.trim().split('\n').map(Number);
    expect(bytes).toBeGreaterThan(5.8 * 2 ** 30);
    expect(bytes).toBeLessThan(6 * 2 ** 30);
    expect(Math.floor(bytes / 1024)).toBe(kib);
  });

  it('shows what modinfo shows', async () => {
    const { stdout } = await makeHost().run(strict('modinfo -F vermagic "$CORDON_ROOT/opt/lime.ko"'));
    expect(stdout).toMatch(/^6\.1\.0-28-cloud-amd64 SMP/);
  });
});
