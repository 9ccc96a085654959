import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addBucket, createWorld, currentObject, type DriverOptions, startDriver } from '../../src/index.js';
import type { Task } from './driver-process.js';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const REQUIRE =
  "import { createRequire as cordonRequire } from 'node:module'; const require = cordonRequire(import.meta.url);";

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cordon-driver-'));
  await build({
    entryPoints: [here('./driver-process.ts')],
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    tsconfig: here('../../../../tsconfig.base.json'),
    loader: { '.sh': 'text', '.yml': 'text' },
    banner: { js: REQUIRE },
  });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

function scene() {
  const world = createWorld({ seed: 1 });
  const account = world.account('111122223333');
  const bucket = addBucket(world, 'a-bucket', { account: account.id, region: 'eu-west-1' });
  const credentials = account.credentials();
  const start = (what: string, onMessage: DriverOptions['onMessage'] = () => {}) => {
    const task: Task = { what, credentials };
    return startDriver(world, { module: join(folder, 'driver-process.mjs'), task, onMessage });
  };
  return { world, bucket, start };
}

describe('a driver in a process of its own', () => {
  it('writes and reads objects of this world', async () => {
    const { world, bucket, start } = scene();
    expect(await start('body').ended).toEqual({ exit: 0, signal: null, result: 'héllo' });
    expect(currentObject(bucket, 'a')).toBeDefined();
    await world.dispose();
  });

  it('is refused as by AWS', async () => {
    const { world, start } = scene();
    expect((await start('refusal').ended).result).toMatchObject({
      name: 'InvalidVolume.NotFound',
      message: expect.stringContaining('vol-00000000000000000'),
      $fault: 'client',
      $metadata: { httpStatusCode: 400 },
    });
    await world.dispose();
  });

  it('sleeps for an hour in no time', async () => {
    const { world, start } = scene();
    expect((await start('sleep').ended).result).toBe(3_600_000);
    await world.dispose();
  });

  it('lets no time pass while it works, and gives its own reason when it no longer waits', async () => {
    const { world, start } = scene();
    const began = world.now();
    expect((await start('work').ended).result).toBe('done before the alarm');
    expect(world.now()).toEqual(began);
    await world.dispose();
  });

  it('no longer holds the clock when it was killed', async () => {
    const { world, bucket, start } = scene();
    const driver = start('holdForEver', () => {
      if (currentObject(bucket, 'begun') !== undefined) driver.kill();
    });
    expect(await driver.ended).toEqual({ exit: null, signal: 'SIGKILL', result: undefined });
    const began = world.now().getTime();
    await world.clock.advance(60_000);
    expect(world.now().getTime() - began).toBe(60_000);
    await world.dispose();
  });

  it('has done what it asked for before it was killed, though it heard no answer', async () => {
    const { world, bucket, start } = scene();
    const driver = start('ask', (kind) => {
      if (kind === 'call') driver.kill();
    });
    // Whether the effect comes before or after the death is chance; that it comes is not.
    expect(await driver.ended).toMatchObject({ signal: 'SIGKILL', result: undefined });
    await world.clock.advance(1_000);
    expect(currentObject(bucket, 'asked')).toBeDefined();
    await world.dispose();
  });
});
