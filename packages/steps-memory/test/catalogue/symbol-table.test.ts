import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { buildSymbols } from '../../src/catalogue/symbol-table.js';
import { privateRoot, standIns } from '../world/host-run.js';

const KERNEL = '6.1.0-0-mini';
const MINIATURE = new URL('../isf/kernel/kernel.elf.gz', import.meta.url);
const PACKS = spawnSync('dpkg-deb', ['--version']).status === 0;

/** A real package, of a kernel and of a module behind it that must not matter. */
function debugPackage(root: string, name: string, kernel: string): string {
  const control = `Package: ${name}\nVersion: 6.1.0-1\nArchitecture: amd64\nMaintainer: nobody <nobody@example.com>\nDescription: none\n`;
  const put = (path: string, content: string | Uint8Array) => {
    mkdirSync(dirname(join(root, 'package', path)), { recursive: true });
    writeFileSync(join(root, 'package', path), content);
  };
  put('DEBIAN/control', control);
  put(`usr/lib/debug/boot/vmlinux-${kernel}`, gunzipSync(readFileSync(MINIATURE)));
  put(`usr/lib/debug/lib/modules/${kernel}/kernel/fs/xfs.ko`, Buffer.alloc(4 * 2 ** 20, 'module'));
  const file = join(root, `${name}_6.1.0-1_amd64.deb`);
  execFileSync('dpkg-deb', ['--build', '--root-owner-group', '-Zgzip', join(root, 'package'), file], {
    stdio: 'ignore',
  });
  return file;
}

/** An apt that knows one package. */
async function apt(name: string, kernel = KERNEL): Promise<void> {
  const root = await privateRoot();
  const file = debugPackage(root, name, kernel);
  const tools = await standIns(root, {
    'apt-cache': `[[ $* == *' ${name}' ]] && echo 'Package: ${name}' || exit 100`,
    'apt-get': `[[ $* == 'download -qq ${name}' ]] && cp '${file}' .`,
  });
  vi.stubEnv('PATH', `${tools}:${process.env['PATH']}`);
}

afterEach(() => vi.unstubAllEnvs());

describe.runIf(PACKS)('the symbol table of a distribution’s debug package', () => {
  it.each([
    `linux-image-${KERNEL}-dbg`,
    `linux-image-unsigned-${KERNEL}-dbgsym`,
    `linux-image-${KERNEL}-dbgsym`,
  ])('comes out of %s', async (name) => {
    await apt(name);
    const { kernel, banner, bytes } = await buildSymbols(KERNEL);
    expect({ kernel, banner }).toEqual({ kernel: KERNEL, banner: `Linux version ${KERNEL} (cordon) #1 SMP` });
    expect(JSON.parse(gunzipSync(bytes).toString()).user_types.task_struct.size).toBe(112);
  });

  it('is none where apt knows no such package, and where the kernel is not in it', async () => {
    await apt('linux-image-5.10.0-dbg');
    await expect(buildSymbols(KERNEL)).rejects.toThrow(/failed with 69/);
    await apt(`linux-image-${KERNEL}-dbg`, '5.10.0');
    await expect(buildSymbols(KERNEL)).rejects.toThrow(/failed with 69/);
    await expect(buildSymbols('6.1; reboot')).rejects.toThrow(/failed with 64/);
  });
});
