import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LimeWalker } from '@cordon/analysis';
import { IncidentPipeline } from '@cordon/core';
import { detachFromAutoScaling, inspect, isolate, verifyContainment } from '@cordon/core/steps';
import { describe, expect, it } from 'vitest';
import { limeDump, memoryAnalysis } from '../../src/index.js';
import type { UploadOptions } from '../../src/lime/options.js';
import { type Scene, scene } from '../world/scene.js';
import { kcoreFile } from './kcore-file.js';

const MIB = 2 ** 20;

function options(world: Scene, more: Partial<UploadOptions> = {}): UploadOptions {
  return { destination: 'upload', stagingBucket: world.stagingBucket, modules: world.modules, ...more };
}

const dumpOnly = (world: Scene, more: Partial<UploadOptions> = {}) =>
  IncidentPipeline.create('memory').use(limeDump(options(world, more)));

/** Folders of ours on the suspect. */
const leftOn = (world: Scene) =>
  readdirSync(join(world.host().root, 'var/tmp')).filter((name) => name.startsWith('cordon-'));

const stepOf = (result: Awaited<ReturnType<Scene['run']>>) =>
  result.steps.find(({ id }) => id === 'memory.lime');

/** Calls of a step that were answered, by operation. */
function calls(result: Awaited<ReturnType<Scene['run']>>, operation: string) {
  return result.entries.filter((entry) => entry.kind === 'call' && entry.body.operation === operation);
}

describe('the memory dump', () => {
  it('is preserved whole, from a contained host, and leaves neither dump nor module nor way out', async () => {
    const world = await scene();
    const pipeline = IncidentPipeline.create('memory')
      .use(inspect())
      .use(detachFromAutoScaling())
      .use(isolate())
      .use(verifyContainment())
      .use(limeDump(options(world)));
    const result = await world.run(pipeline);
    expect(result).toMatchObject({
      outcome: 'complete',
      facts: { memoryImage: { method: 'lime', format: 'lime', kernel: '6.1.0-28-cloud-amd64' } },
    });
    expect(result.said).toContainEqual(expect.stringMatching(/^KERNEL_TAINTED: .* from 0 to 12288/));
    expect(leftOn(world)).toEqual([]);
    expect(calls(result, 'ec2:RevokeSecurityGroupEgress').length).toBe(
      calls(result, 'ec2:AuthorizeSecurityGroupEgress').length,
    );
  });

  it('has the structure of LiME to exactly its end, with the ranges that the fact names', async () => {
    const world = await scene();
    const { facts } = await world.run(dumpOnly(world));
    const image = facts['memoryImage'] as never as { artifact: never; ranges: unknown }; // its schema is this
    const walker = new LimeWalker();
    walker.push(await world.read(image.artifact));
    expect(walker.end()).toBeUndefined();
    expect(walker.ranges).toEqual(image.ranges);
  });

  it('is stamped with the scripts that took it and the module that they loaded', async () => {
    const world = await scene();
    const { entries } = await world.run(dumpOnly(world));
    const [stamp] = entries.flatMap((entry) =>
      entry.kind === 'artifact' && entry.body.path === 'memory/mem.lime' ? [entry.body.acquiredWith] : [],
    );
    const [module] = world.modules;
    const scripts = stamp?.scripts ?? [];
    expect(scripts.find(({ tools }) => tools !== undefined)?.tools).toEqual([
      { name: 'lime.ko', sha256: module?.sha256 },
    ]);
    expect(scripts.length).toBeGreaterThan(3);
    for (const script of scripts)
      expect(script).toMatchObject({
        step: 'memory.lime',
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        commandId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        instanceId: world.demo.ids.instanceId,
      });
  });

  it('goes up in parts, and after a cut sends only what is missing', async () => {
    const world = await scene({ memoryMiB: 130 });
    const { root } = world.host();
    // Cuts the second part off, once, and keeps a list of what was cut out to be sent.
    const dd = `#!/usr/bin/env bash
      if [[ $* == *of=*/part* ]]; then
        echo "$*" | grep -o 'skip=[0-9]*' >>"${root}/pieces"
        if [[ $(wc -l <"${root}/pieces") == 2 ]]; then kill -KILL $PPID; fi
      fi
      exec /usr/bin/dd "$@"\n`;
    writeFileSync(join(root, '../machine/bin/dd'), dd, { mode: 0o755 });
    const result = await world.run(dumpOnly(world));
    expect(result.outcome).toBe('complete');
    expect(result.said).toContainEqual(
      expect.stringMatching(/^UPLOAD_CUT: sheet 1 ended as Failed, 2 parts are missing/),
    );
    const pieces = readFileSync(join(root, 'pieces'), 'utf8').trim().split('\n');
    expect(pieces.map((piece) => Number(piece.slice(5)) / MIB)).toEqual([0, 64, 64, 128]);
  });

  it('is given up where no sheet brings anything', async () => {
    const world = await scene();
    const dd = `#!/usr/bin/env bash
      if [[ $* == *of=*/part* ]]; then kill -KILL $PPID; fi
      exec /usr/bin/dd "$@"\n`;
    writeFileSync(join(world.host().root, '../machine/bin/dd'), dd, { mode: 0o755 });
    const result = await world.run(dumpOnly(world));
    expect(stepOf(result)).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/^UPLOAD_STUCK: 10 sheets in a row have brought nothing/),
    });
    expect(leftOn(world)).toEqual([]);
  });

  it('fails by name before anything is loaded where the disk has no room', async () => {
    const world = await scene({ machine: { diskBytes: 100 * MIB, diskUsedBytes: 0 } });
    const result = await world.run(dumpOnly(world));
    expect(stepOf(result)).toMatchObject({ status: 'failed', reason: expect.stringMatching(/^NO_SPACE: /) });
    expect(world.host().dmesg()).not.toContain('lime');
    expect(leftOn(world)).toEqual([]);
  });

  it('fails by name under lockdown', async () => {
    const world = await scene({ machine: { lockdown: 'integrity' } });
    expect(stepOf(await world.run(dumpOnly(world)))).toMatchObject({
      reason: expect.stringMatching(/^LOCKDOWN: /),
    });
  });

  it('fails by name where there is no module for the kernel', async () => {
    const world = await scene();
    expect(stepOf(await world.run(dumpOnly(world, { modules: [] })))).toMatchObject({
      reason: expect.stringMatching(/^NO_MODULE_FOR_KERNEL: .* 6\.1\.0-28-cloud-amd64 on x86_64/),
    });
  });

  it('never loads a module whose hash is another, and tidies up', async () => {
    const world = await scene();
    const modules = world.modules.map((module) => ({ ...module, sha256: '0'.repeat(64) }));
    const result = await world.run(dumpOnly(world, { modules }));
    expect(stepOf(result)).toMatchObject({ reason: expect.stringMatching(/^MODULE_MISMATCH: /) });
    expect(world.host().dmesg()).not.toContain('lime');
    expect(leftOn(world)).toEqual([]);
  });

  it('leaves a host alone that has more memory than is allowed', async () => {
    const world = await scene();
    expect(stepOf(await world.run(dumpOnly(world, { maxRamGiB: 0.001 })))).toMatchObject({
      reason: expect.stringMatching(/^TOO_MUCH_RAM: /),
    });
  });

  it('does without a module where the kernel shows its memory itself', async () => {
    const world = await scene({ machine: { lockdown: 'integrity' } });
    const { root } = world.host();
    writeFileSync(join(root, 'proc/iomem'), '00100000-00100fff : System RAM\n');
    writeFileSync(
      join(root, 'proc/kcore'),
      kcoreFile([{ physical: 0x100000n, bytes: Buffer.alloc(4096, 'm') }]),
    );
    const result = await world.run(dumpOnly(world));
    expect(result).toMatchObject({
      outcome: 'complete',
      facts: { memoryImage: { method: 'kcore', ranges: [{ start: '1048576', end: '1052671' }] } },
    });
    expect(result.said).toEqual([expect.stringMatching(/^LIME_NOT_USED: LOCKDOWN: /)]);
    expect(leftOn(world)).toEqual([]);
  });

  it('goes over to the kernel’s own view when the kernel refuses the module', async () => {
    const world = await scene();
    const { root } = world.host();
    writeFileSync(join(root, 'proc/iomem'), '00100000-00100fff : System RAM\n');
    writeFileSync(
      join(root, 'proc/kcore'),
      kcoreFile([{ physical: 0x100000n, bytes: Buffer.alloc(4096, 'm') }]),
    );
    // The kernel says after the probe that it takes nothing.
    const step = limeDump(options(world));
    const { poll } = step.run;
    const locking = {
      ...step,
      run: {
        ...step.run,
        poll: (ctx: unknown, ticket: unknown, facts: unknown) => {
          writeFileSync(join(root, '../machine/settings/lockdown'), 'lockdown=integrity\n');
          return poll?.(ctx, ticket, facts) ?? Promise.reject(new Error('no poll'));
        },
      },
    };
    const result = await world.run(IncidentPipeline.create('memory').use(locking));
    expect(result).toMatchObject({ outcome: 'complete', facts: { memoryImage: { method: 'kcore' } } });
    expect(result.said).toEqual([expect.stringMatching(/^LIME_NOT_USED: LOCKDOWN: /)]);
  });

  it('tells when the dump does not hold all memory', async () => {
    const world = await scene();
    const { root } = world.host();
    writeFileSync(join(root, 'proc/iomem'), '00100000-00105fff : System RAM\n');
    writeFileSync(
      join(root, 'proc/kcore'),
      kcoreFile([{ physical: 0x100000n, bytes: Buffer.alloc(4096, 'm') }]),
    );
    const result = await world.run(dumpOnly(world, { modules: [] }));
    expect(result.outcome).toBe('incomplete');
    expect(result.said).toContainEqual(expect.stringMatching(/^MEMORY_NOT_WHOLE: .* 4096 bytes .* 24576/));
  });

  it('goes with the incident: aborted, it leaves nothing on the host and no half upload', async () => {
    const world = await scene({ machine: { uploadMiBPerSecond: 0.001 } });
    const short = { ...limeDump(options(world)), timeout: { minutes: 5 } };
    const result = await world.run(IncidentPipeline.create('memory').use(short));
    expect(stepOf(result)?.status).toBe('failed');
    expect(leftOn(world)).toEqual([]);
    expect(calls(result, 's3:AbortMultipartUpload')).toHaveLength(1);
    expect(existsSync(join(world.host().root, 'proc/modules'))).toBe(true);
  });

  it('is read once more by the analysis, which finds what the finding names', async () => {
    const world = await scene();
    const pipeline = dumpOnly(world).use(memoryAnalysis());
    const result = await world.run(pipeline);
    const seen = result.entries.flatMap((entry) =>
      entry.kind === 'observations' ? entry.body.observations : [],
    );
    expect(seen).toContainEqual(
      expect.objectContaining({
        entity: 'ip:203.0.113.66',
        evidence: expect.arrayContaining([
          expect.objectContaining({ artifact: 'memory/mem.lime', offsetBytes: expect.any(Number) }),
        ]),
      }),
    );
  });
});
