import { type Artifact, defineStep, IncidentPipeline } from '@cordon/core';
import { memoryImage } from '@cordon/core/steps';
import { DEMO } from '@cordon/testkit';
import { describe, expect, it } from 'vitest';
import { givenCollections } from '../../../steps-disk/test/analysis/given.js';
import { type MemoryRange, memoryAnalysis } from '../../src/index.js';
import { limeImage } from '../lime/lime-image.js';
import { type Scene, scene } from '../world/scene.js';

const IMAGE = limeImage([
  { start: 0x1000n, bytes: Buffer.alloc(4096, 'a') },
  { start: 0x100000n, bytes: Buffer.alloc(8192, 'b') },
]);
const RANGES: readonly MemoryRange[] = [
  { start: '4096', end: '8191' },
  { start: '1048576', end: '1056767' },
];
const SECOND_HEADER_AT = 32 + 4096;

interface Told {
  readonly sha256?: string;
  readonly ranges?: readonly MemoryRange[];
}

/** An image in the store, and what the host has told of it. */
const taken = (image: Buffer, told: Told = {}) =>
  defineStep({
    id: 'test.image',
    title: 'Takes an image',
    phase: 'capture',
    provides: [memoryImage],
    async start(ctx) {
      const artifact = await ctx.evidence.put({
        path: 'memory/mem.lime',
        body: image,
        mediaType: 'application/octet-stream',
        acquiredBy: 'suspect',
        origin: 'i-0f3a9c51d2b7e8460',
      });
      const { sha256 = artifact.sha256, ranges = RANGES } = told;
      return ctx.done({
        memoryImage: {
          artifact: { ...artifact, sha256 },
          format: 'lime',
          method: 'lime',
          kernel: '6.1.0-28-cloud-amd64',
          ranges: [...ranges],
        },
      });
    },
  });

async function analysed(image: Buffer, told: Told = {}) {
  const world = await scene();
  const pipeline = IncidentPipeline.create('memory').use(taken(image, told)).use(memoryAnalysis());
  return outcomeOf(world, await world.run(pipeline));
}

/** The same, with an instance to have it done on. */
async function analysedThere(image: Buffer, told: Told = {}) {
  const world = await scene();
  const { stagingBucket, demo } = world;
  const { subnetId, groupId, instanceProfileName } = demo.security;
  const forensic = {
    ...{ subnetId, instanceProfileName, securityGroupIds: [groupId] },
    image: { ssmParameter: DEMO.forensicImageParameter },
  };
  const pipeline = IncidentPipeline.create('memory')
    .use(taken(image, told))
    .use(givenCollections(forensic))
    .use(memoryAnalysis({ remote: { stagingBucket, where: 'forensic-instance' } }));
  return outcomeOf(world, await world.run(pipeline));
}

async function outcomeOf(world: Scene, { steps, outcome, facts, said }: Awaited<ReturnType<Scene['run']>>) {
  const reason = steps.find(({ id }) => id === 'memory.analyse')?.reason;
  const { artifact } = (facts['memoryAnalysis'] ?? {}) as { readonly artifact?: Artifact }; // its schema is this
  const lines = artifact === undefined ? '' : (await world.read(artifact)).toString();
  return { outcome, facts, said, reason, artifact, lines };
}

describe('the analysis of a memory image', () => {
  it('takes an image that is what was told of it', async () => {
    expect(await analysed(IMAGE)).toMatchObject({ outcome: 'complete', facts: { memoryAnalysis: {} } });
  });

  it('refuses an image that is not the one whose digest was taken at the source', async () => {
    const { outcome, reason } = await analysed(IMAGE, { sha256: 'a'.repeat(64) });
    expect(outcome).toBe('incomplete');
    expect(reason).toMatch(/^DIGEST_MISMATCH: /);
  });

  it('refuses an image with other ranges than the host has told', async () => {
    const { reason } = await analysed(IMAGE, { ranges: RANGES.slice(1) });
    expect(reason).toMatch(/^RANGES_MISMATCH: /);
  });

  it('sees by the ranges alone that an image ends exactly between two of them', async () => {
    const { reason } = await analysed(IMAGE.subarray(0, SECOND_HEADER_AT));
    expect(reason).toMatch(/^RANGES_MISMATCH: /);
  });

  it.each([
    ['within a range', IMAGE.length - 1],
    ['within a header', SECOND_HEADER_AT + 16],
    ['right after a header', SECOND_HEADER_AT + 32],
  ])('refuses an image that was cut %s', async (_, bytes) => {
    expect((await analysed(IMAGE.subarray(0, bytes))).reason).toMatch(/^DUMP_SHORT: /);
  });
});

describe('the analysis of a memory image on the forensic instance', { timeout: 600_000 }, () => {
  const named = limeImage([
    { start: 0x1000n, bytes: Buffer.from(`${'a'.repeat(3000)} connect 203.0.113.66 `.padEnd(4096, 'a')) },
    { start: 0x100000n, bytes: Buffer.alloc(8192, 'b') },
  ]);

  it('finds what is found here, byte for byte, and tells where it ran', async () => {
    const [here, there] = [await analysed(named), await analysedThere(named)];
    expect(there.outcome).toBe('complete');
    expect(here.lines).toContain('203.0.113.66');
    expect(there.lines).toBe(here.lines);
    expect(there.artifact).toMatchObject({ path: 'analysis/memory.jsonl', acquiredBy: 'forensic-host' });
    expect(there.said).toContainEqual(expect.stringMatching(/^ANALYSIS_PLACE: on the forensic instance /));
    expect(there.said).toContainEqual(expect.stringMatching(/^VOLATILITY_NOT_RUN: /));
  });

  it('refuses there what is refused here', async () => {
    const mismatched = await analysedThere(IMAGE, { ranges: RANGES.slice(1) });
    expect(mismatched.reason).toMatch(/^RANGES_MISMATCH: /);
    const cut = await analysedThere(IMAGE.subarray(0, IMAGE.length - 1));
    expect(cut.reason).toMatch(/^DUMP_SHORT: /);
    const other = await analysedThere(IMAGE, { sha256: 'a'.repeat(64) });
    expect(other.reason).toMatch(/^DIGEST_MISMATCH: /);
  });
});
