import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { IncidentPipeline } from '@cordon/core';
import { describe, expect, it } from 'vitest';
import { limeDump } from '../../src/index.js';
import { DUMPS, PROBE } from '../../src/lime/host-scripts.js';
import type { UploadOptions } from '../../src/lime/options.js';
import { KEY, plant, privateRoot, runOnHost } from '../world/host-run.js';
import { type Scene, scene } from '../world/scene.js';
import { kcoreFile } from './kcore-file.js';
import { limeImage } from './lime-image.js';

const MEMORY = Buffer.alloc(8192, 'm');
const IMAGE = limeImage([{ start: 0x100000n, bytes: MEMORY }]);
const IOMEM = '00100000-00101fff : System RAM\n';
const FOLDER = `var/tmp/cordon-${KEY}`;
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Writes what lies at /image, as AVML writes what the kernel shows; and keeps what it was called with. */
const AVML = '#!/usr/bin/env bash\nprintf "%s\\n" "$@" >"$CORDON_ROOT/asked"\ncp "$CORDON_ROOT/image" "$1"\n';

async function dumped(avml: string, image = IMAGE) {
  const root = await privateRoot();
  await plant(root, {
    image,
    'proc/iomem': IOMEM,
    'proc/sys/kernel/tainted': '0\n',
    ...(avml === '' ? {} : { [`${FOLDER}/avml`]: avml }),
  });
  const run = await runOnHost(DUMPS.avml, { root, parameters: { directory: '/var/tmp' } });
  return { root, run };
}

describe('the dump through AVML', () => {
  it('is in LiME’s format: nothing is compressed, and only the image is left', async () => {
    const { root, run } = await dumped(AVML);
    expect(run.answer()).toEqual({
      size: String(IMAGE.length),
      sha256: sha256(IMAGE),
      ranges: '1048576-1056767',
      ram: '8192',
      taintedBefore: '0',
      taintedAfter: '0',
      loaded: '0',
    });
    expect(readFileSync(join(root, 'asked'), 'utf8')).toBe(`${join(root, FOLDER)}/mem.lime\n`);
    expect(readdirSync(join(root, FOLDER))).toEqual(['mem.lime']);
  });

  it('does not take AVML’s own compressed format for a dump', async () => {
    const compressed = Buffer.from(IMAGE);
    compressed.write('AVML', 'latin1');
    const { run } = await dumped(AVML, compressed);
    expect(run).toMatchObject({ exitCode: 65, stderr: expect.stringMatching(/DUMP_INVALID: /) });
  });

  it('that fails gives its words, in one line without anything that could do harm, and leaves nothing', async () => {
    const { root, run } = await dumped('#!/usr/bin/env bash\necho "no $(id) \x1b[31m source" >&2\nexit 1\n');
    expect(run).toMatchObject({
      exitCode: 65,
      stderr: expect.stringMatching(/AVML_FAILED: no uid[\w .:-]+ 31m source/),
    });
    expect(readdirSync(join(root, FOLDER))).toEqual([]);
  });

  it('fails by name where somebody has taken the program away', async () => {
    expect((await dumped('')).run.stderr).toMatch(/MODULE_GONE: /);
  });
});

describe('the probe', () => {
  const SECURE_BOOT = 'sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c';
  it.each([
    ['nothing of it', {}, { secureBoot: '0', signaturesEnforced: '0' }],
    ['Secure Boot', { [SECURE_BOOT]: Buffer.from([6, 0, 0, 0, 1]) }, { secureBoot: '1' }],
    ['Secure Boot that is off', { [SECURE_BOOT]: Buffer.from([6, 0, 0, 0, 0]) }, { secureBoot: '0' }],
    [
      'enforced signatures',
      { 'sys/module/module/parameters/sig_enforce': 'Y\n' },
      { signaturesEnforced: '1' },
    ],
  ])('sees %s', async (_, files, expected) => {
    const root = await privateRoot();
    await plant(root, {
      'proc/iomem': IOMEM,
      'proc/modules': '',
      'proc/sys/kernel/tainted': '0\n',
      'var/tmp/.keep': '',
      ...files,
    });
    const run = await runOnHost(PROBE, { root, parameters: { directory: '/var/tmp' } });
    expect(run.answer()).toMatchObject(expected);
  });
});

describe('a memory dump', () => {
  /** A host whose kernel shows its memory. */
  async function shown() {
    const world = await scene();
    const { root } = world.host();
    writeFileSync(join(root, 'proc/iomem'), IOMEM);
    writeFileSync(join(root, 'proc/kcore'), kcoreFile([{ physical: 0x100000n, bytes: MEMORY }]));
    writeFileSync(join(root, 'image'), IMAGE);
    return world;
  }

  const dump = (world: Scene, more: Partial<UploadOptions>) => {
    const { stagingBucket, modules } = world;
    const step = limeDump({ destination: 'upload', stagingBucket, modules, ...more });
    return world.run(IncidentPipeline.create('memory').use(step));
  };

  it('is taken by AVML where there is no module for the kernel', async () => {
    const world = await shown();
    const result = await dump(world, { modules: [], avml: [await world.keep('avml', AVML)] });
    expect(result).toMatchObject({ outcome: 'complete', facts: { memoryImage: { method: 'avml' } } });
    expect(result.said).toEqual([expect.stringMatching(/^LIME_NOT_USED: NO_MODULE_FOR_KERNEL: /)]);
  });

  it('is taken by AVML where the kernel refuses the module', async () => {
    const world = await shown();
    const insmod = '#!/usr/bin/env bash\necho "Key was rejected by service" >&2\nexit 1\n';
    writeFileSync(join(world.host().root, '../machine/bin/insmod'), insmod, { mode: 0o755 });
    const result = await dump(world, { avml: [await world.keep('avml', AVML)] });
    expect(result).toMatchObject({ outcome: 'complete', facts: { memoryImage: { method: 'avml' } } });
    expect(result.said).toEqual([expect.stringMatching(/^LIME_NOT_USED: MODULE_REFUSED: /)]);
  });

  it('never runs an AVML whose hash is another: the kernel’s own view is taken', async () => {
    const world = await shown();
    const avml = { ...(await world.keep('avml', AVML)), sha256: '0'.repeat(64) };
    const result = await dump(world, { modules: [], avml: [avml] });
    expect(result).toMatchObject({ outcome: 'complete', facts: { memoryImage: { method: 'kcore' } } });
    expect(result.said).toContainEqual(expect.stringMatching(/^AVML_NOT_USED: MODULE_MISMATCH: /));
    expect(existsSync(join(world.host().root, 'asked'))).toBe(false);
  });

  it('is taken by plain tools where AVML fails', async () => {
    const world = await shown();
    const failing = await world.keep('avml', '#!/usr/bin/env bash\necho no source >&2\nexit 1\n');
    const result = await dump(world, { modules: [], avml: [failing] });
    expect(result).toMatchObject({ outcome: 'complete', facts: { memoryImage: { method: 'kcore' } } });
    expect(result.said).toContainEqual(expect.stringMatching(/^AVML_NOT_USED: AVML_FAILED: no source/));
  });
});
