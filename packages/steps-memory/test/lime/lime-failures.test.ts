import { execFileSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { IncidentPipeline } from '@cordon/core';
import { detachFromAutoScaling, inspect, isolate, verifyContainment } from '@cordon/core/steps';
import { commandsOf } from '@cordon/testkit';
import { describe, expect, it } from 'vitest';
import { limeDump } from '../../src/index.js';
import type { UploadOptions } from '../../src/lime/options.js';
import { type Scene, scene } from '../world/scene.js';

const MIB = 2 ** 20;

/** The dump as it is in an incident: behind the wall, with one way out that must be closed again. */
function contained(world: Scene, more: Partial<UploadOptions> = {}) {
  const { stagingBucket, modules } = world;
  return IncidentPipeline.create('memory')
    .use(inspect())
    .use(detachFromAutoScaling())
    .use(isolate())
    .use(verifyContainment())
    .use(limeDump({ destination: 'upload', stagingBucket, modules, ...more }));
}

const leftOn = (world: Scene) =>
  readdirSync(join(world.host().root, 'var/tmp')).filter((name) => name.startsWith('cordon-'));

type Result = Awaited<ReturnType<Scene['run']>>;
const stepOf = (result: Result) => result.steps.find(({ id }) => id === 'memory.lime');
const count = (result: Result, operation: string) =>
  result.entries.filter((entry) => entry.kind === 'call' && entry.body.operation === operation).length;

/** Everything is as it was: no way out, no dump, no module, no upload. */
function expectTidy(world: Scene, result: Result): void {
  expect(count(result, 'ec2:AuthorizeSecurityGroupEgress')).toBeGreaterThan(0);
  expect(world.openWindows()).toEqual([]);
  expect(leftOn(world)).toEqual([]);
  expect(count(result, 's3:CreateMultipartUpload')).toBe(count(result, 's3:AbortMultipartUpload'));
}

describe('a memory dump that fails behind the wall', () => {
  it('for want of room closes its way out', async () => {
    const world = await scene({ machine: { diskBytes: 100 * MIB, diskUsedBytes: 0 } });
    const result = await world.run(contained(world));
    expect(stepOf(result)?.reason).toMatch(/^NO_SPACE: /);
    expectTidy(world, result);
  });

  it('under lockdown closes its way out', async () => {
    const world = await scene({ machine: { lockdown: 'integrity' } });
    const result = await world.run(contained(world));
    expect(stepOf(result)?.reason).toMatch(/^LOCKDOWN: /);
    expectTidy(world, result);
  });

  it('for want of a module closes its way out', async () => {
    const world = await scene();
    const result = await world.run(contained(world, { modules: [] }));
    expect(stepOf(result)?.reason).toMatch(/^NO_MODULE_FOR_KERNEL: /);
    expectTidy(world, result);
  });

  it('because the disk filled up meanwhile, which LiME tells nobody, closes its way out', async () => {
    const world = await scene();
    const { root } = world.host();
    const used = Number(execFileSync('du', ['-s', '-b', '-x', root], { encoding: 'utf8' }).split('\t')[0]);
    // What the probe saw is no longer so when the module writes.
    const df = `#!/usr/bin/env bash\nprintf 'Avail\\n%s\\n' $((1 << 40))\n`;
    writeFileSync(join(root, '../machine/bin/df'), df, { mode: 0o755 });
    writeFileSync(join(root, '../machine/filesystems'), `/|${used + MIB}|0\n`);
    const result = await world.run(contained(world));
    expect(world.host().dmesg()).toContain('lime');
    expect(stepOf(result)?.reason).toMatch(/^DUMP_(SHORT|INVALID): /);
    expectTidy(world, result);
  });
});

describe('a memory dump whose driver dies', () => {
  it('right after every call that changes something is finished, and nothing is done twice', async () => {
    const world = await scene();
    const pipeline = IncidentPipeline.create('memory').use(
      limeDump({ destination: 'upload', stagingBucket: world.stagingBucket, modules: world.modules }),
    );
    // Probe, module, dump, one sheet, removal.
    world.world.faults
      .add({ operation: 'ssm:SendCommand', fault: 'crash-after', times: 5 })
      .add({ operation: 's3:CreateMultipartUpload', fault: 'crash-after' })
      .add({ operation: 's3:CompleteMultipartUpload', fault: 'crash-after' });
    const result = await world.runKilled(pipeline);
    expect(result).toMatchObject({ outcome: 'complete', kills: 7 });
    expect(commandsOf(world.demo.suspectRegion).size).toBe(5);
    expect(
      world
        .host()
        .dmesg()
        .match(/lime: loading/g),
    ).toHaveLength(1);
    expect(world.world.calls.of('s3:CreateMultipartUpload')).toHaveLength(1);
    expect(leftOn(world)).toEqual([]);
  });
});
