import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limeImage } from '../../../steps-memory/test/lime/lime-image.js';
import { LimeWalker } from '../../src/index.js';

const range = fc.record({
  start: fc.bigInt({ min: 0n, max: 2n ** 52n }),
  bytes: fc.uint8Array({ minLength: 1, maxLength: 200 }),
});
const ranges = fc.array(range, { minLength: 1, maxLength: 5 });

/** Pushes the bytes in pieces of these lengths, over and over. */
function walk(bytes: Uint8Array, lengths: readonly number[] = [bytes.length || 1]): LimeWalker {
  const walker = new LimeWalker();
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const length = lengths[turn % lengths.length] ?? 1;
    walker.push(bytes.subarray(at, at + length));
    at += length;
  }
  return walker;
}

describe('walking a LiME image', () => {
  it('finds every range, however the bytes arrive', () => {
    fc.assert(
      fc.property(ranges, fc.array(fc.integer({ min: 1, max: 70 }), { minLength: 1 }), (all, lengths) => {
        const walker = walk(limeImage(all), lengths);
        expect(walker.end()).toBeUndefined();
        expect(walker.ranges).toEqual(
          all.map(({ start, bytes }) => ({ start: `${start}`, end: `${start + BigInt(bytes.length) - 1n}` })),
        );
      }),
    );
  });

  it('never takes an image for whole that is short of a byte', () => {
    fc.assert(
      fc.property(ranges, fc.nat(), (all, at) => {
        const image = limeImage(all);
        const short = image.subarray(0, at % image.length);
        // Cut exactly between two ranges it is a whole image of fewer ranges: those must be compared.
        const walker = walk(short);
        if (walker.end() === undefined) expect(walker.ranges.length).toBeLessThan(all.length);
      }),
    );
  });

  it('never takes what comes after the last range for memory', () => {
    fc.assert(
      fc.property(ranges, fc.uint8Array({ minLength: 1, maxLength: 100 }), (all, more) => {
        expect(walk(Buffer.concat([limeImage(all), more])).end()).toBeDefined();
      }),
    );
  });

  it('says what is wrong', () => {
    expect(walk(Buffer.alloc(0)).end()).toBe('the image holds no range');
    expect(walk(Buffer.alloc(100)).end()).toBe('no header where range 1 should begin');
    expect(walk(limeImage([{ start: 0n, bytes: Buffer.alloc(9) }]).subarray(0, 20)).end()).toBe(
      'the image ends within a header, at byte 20',
    );
    expect(walk(limeImage([{ start: 0n, bytes: Buffer.alloc(9) }]).subarray(0, 40)).end()).toBe(
      'the image ends 1 bytes before its last range does',
    );
  });

  it('refuses a range that ends before it begins', () => {
    const image = limeImage([{ start: 4096n, bytes: Buffer.alloc(1) }]);
    image.writeBigUInt64LE(1n, 16);
    expect(walk(image).end()).toBe('no header where range 1 should begin');
  });
});
