import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { IncidentPipeline } from '@cordon/core';
import { describe, expect, it } from 'vitest';
import { kernelSymbols } from '../../src/index.js';
import { privateRoot } from '../world/host-run.js';
import { scene } from '../world/scene.js';

const KERNEL = '6.1.0-28-cloud-amd64';
const PACKAGE = `Package: linux-image-${KERNEL}\nStatus: install ok installed\nArchitecture: amd64\nVersion: 6.1.119-1`;
const OTHER = `Package: linux-image-cloud-amd64\nArchitecture: amd64\nVersion: 6.1.128-1\nDepends: linux-image-${KERNEL}`;

/** Runs the step alone, and opens what it has kept. */
async function kept(prepare: (root: string) => void) {
  const world = await scene();
  const { root } = world.host();
  const put = (path: string, content: string | Uint8Array) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  };
  put('var/lib/dpkg/status', `${OTHER}\n\n${PACKAGE}\nDescription: Linux\n more\n`);
  put(`var/cache/apt/archives/linux-image-${KERNEL}_6.1.119-1_amd64.deb`, 'of this kernel');
  put('var/cache/apt/archives/linux-image-5.10.0_5.10_amd64.deb', 'of another kernel');
  put(`boot/System.map-${KERNEL}`, 'ffffffff81000000 T _text\n');
  prepare(root);
  const stagingBucket = world.stagingBucket;
  const result = await world.run(IncidentPipeline.create('memory').use(kernelSymbols({ stagingBucket })));
  const artifact = result.entries.flatMap((entry) => (entry.kind === 'artifact' ? [entry.body] : []))[0];
  if (artifact === undefined) throw new Error('nothing was kept');
  const folder = await privateRoot();
  execFileSync('tar', ['-xzf', '-', '-C', folder], { input: await world.read(artifact) });
  const left = readdirSync(join(root, 'run')).filter((name) => name.startsWith('cordon-'));
  return { result, artifact, left, at: (path: string) => join(folder, 'kernel', path) };
}

describe('symbols of the kernel', () => {
  it('are kept beside the image with the package of that kernel, and nothing is left on the host', async () => {
    const { result, artifact, left, at } = await kept((root) => {
      writeFileSync(join(root, 'boot/System.map-5.10.0'), 'of another kernel\n');
      mkdirSync(join(root, 'sys/kernel/btf'), { recursive: true });
      writeFileSync(join(root, 'sys/kernel/btf/vmlinux'), Buffer.from([0x9f, 0xeb, 1, 0]));
      writeFileSync(join(root, 'proc/kallsyms'), 'ffffffff81000000 T _text\n');
    });
    expect(result).toMatchObject({ outcome: 'complete', said: [] });
    expect(artifact).toMatchObject({ path: 'memory/kernel.tar.gz', acquiredBy: 'suspect' });
    expect(readdirSync(at('boot'))).toEqual([`System.map-${KERNEL}`]);
    expect(readFileSync(at('proc/version'), 'utf8')).toContain(KERNEL);
    expect(readFileSync(at('etc/os-release'), 'utf8')).toContain('debian');
    expect(readFileSync(at('proc/kallsyms'), 'utf8')).toContain('T _text');
    expect(readFileSync(at('sys/kernel/btf/vmlinux'))).toEqual(Buffer.from([0x9f, 0xeb, 1, 0]));
    expect(left).toEqual([]);
    const deb = `linux-image-${KERNEL}_6.1.119-1_amd64.deb`;
    expect(readdirSync(at('var/cache/apt/archives'))).toEqual([deb]);
    expect(readFileSync(at(`var/cache/apt/archives/${deb}`), 'utf8')).toBe('of this kernel');
    expect(readFileSync(at('package'), 'utf8')).toBe(`${PACKAGE}\nDescription: Linux\n more\n\n`);
  });

  it('name the package to get where the host has not kept it', async () => {
    const { result } = await kept((root) => rmSync(join(root, 'var/cache'), { recursive: true }));
    expect(result).toMatchObject({
      outcome: 'complete',
      said: [
        expect.stringMatching(/^NO_KERNEL_PACKAGE: .* 'linux-image-6.1.0-28-cloud-amd64 6.1.119-1 amd64'/),
      ],
    });
  });

  it('say so where nothing knows of a package, and where its file is a link to somewhere else', async () => {
    const { result, at } = await kept((root) => {
      writeFileSync(join(root, 'var/lib/dpkg/status'), `${OTHER}\n`);
      const deb = join(root, `var/cache/apt/archives/linux-image-${KERNEL}_6.1.119-1_amd64.deb`);
      rmSync(deb);
      symlinkSync('/etc/shadow', deb);
    });
    expect(result.said).toEqual([expect.stringMatching(/^NO_KERNEL_PACKAGE: no package manager/)]);
    expect(existsSync(at('var'))).toBe(false);
  });

  it('come with the package that dnf has kept, whose kernel is called after its version', async () => {
    const path = `var/cache/dnf/updates-0a1b/packages/kernel-core-${KERNEL}.rpm`;
    const { result, at } = await kept((root) => {
      for (const gone of ['var/lib/dpkg', 'var/cache']) rmSync(join(root, gone), { recursive: true });
      mkdirSync(join(root, 'var/lib/rpm'), { recursive: true });
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), 'of this kernel');
    });
    expect(result.said).toEqual([]);
    expect(readFileSync(at(path), 'utf8')).toBe('of this kernel');
    expect(readFileSync(at('package'), 'utf8')).toContain('Package: kernel\n');
  });
});
