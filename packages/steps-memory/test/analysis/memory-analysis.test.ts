import { defineStep, IncidentPipeline } from '@cordon/core';
import { memoryImage } from '@cordon/core/steps';
import { describe, expect, it } from 'vitest';
import { type MemoryRange, memoryAnalysis } from '../../src/index.js';
import { limeImage } from '../lime/lime-image.js';
import { scene } from '../world/scene.js';

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
  const { steps, outcome, facts } = await world.run(pipeline);
  return { outcome, facts, reason: steps.find(({ id }) => id === 'memory.analyse')?.reason };
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
