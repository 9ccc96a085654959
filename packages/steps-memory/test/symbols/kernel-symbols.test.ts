import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { IncidentPipeline } from '@cordon/core';
import { describe, expect, it } from 'vitest';
import { kernelSymbols } from '../../src/index.js';
import { privateRoot } from '../world/host-run.js';
import { scene } from '../world/scene.js';

describe('symbols of the kernel', () => {
  it('are kept beside the image, whole, and nothing is left on the host', async () => {
    const world = await scene();
    const { root } = world.host();
    mkdirSync(join(root, 'boot'), { recursive: true });
    writeFileSync(join(root, 'boot/System.map-6.1.0-28-cloud-amd64'), 'ffffffff81000000 T _text\n');
    writeFileSync(join(root, 'boot/System.map-5.10.0'), 'of another kernel\n');
    mkdirSync(join(root, 'sys/kernel/btf'), { recursive: true });
    writeFileSync(join(root, 'sys/kernel/btf/vmlinux'), Buffer.from([0x9f, 0xeb, 1, 0]));
    writeFileSync(join(root, 'proc/kallsyms'), 'ffffffff81000000 T _text\n');
    const pipeline = IncidentPipeline.create('memory').use(
      kernelSymbols({ stagingBucket: world.stagingBucket }),
    );
    const result = await world.run(pipeline);
    expect(result).toMatchObject({ outcome: 'complete', said: [] });
    const artifact = result.entries.flatMap((entry) => (entry.kind === 'artifact' ? [entry.body] : []))[0];
    if (artifact === undefined) throw new Error('nothing was kept');
    expect(artifact).toMatchObject({ path: 'memory/kernel.tar.gz', acquiredBy: 'suspect' });
    const folder = await privateRoot();
    execFileSync('tar', ['-xzf', '-', '-C', folder], { input: await world.read(artifact) });
    expect(readdirSync(join(folder, 'kernel/boot'))).toEqual(['System.map-6.1.0-28-cloud-amd64']);
    expect(readFileSync(join(folder, 'kernel/proc/version'), 'utf8')).toContain('6.1.0-28-cloud-amd64');
    expect(readFileSync(join(folder, 'kernel/etc/os-release'), 'utf8')).toContain('debian');
    expect(readFileSync(join(folder, 'kernel/proc/kallsyms'), 'utf8')).toContain('T _text');
    expect(readFileSync(join(folder, 'kernel/sys/kernel/btf/vmlinux'))).toEqual(
      Buffer.from([0x9f, 0xeb, 1, 0]),
    );
    const left = readdirSync(join(root, 'run')).filter((name) => name.startsWith('cordon-'));
    expect(left).toEqual([]);
  });
});
