import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DamagedArchive } from '../../src/evidence/unpack/byte-queue.js';
import { bunzip2 } from '../../src/evidence/unpack/bzip2/bunzip2.js';
import { unpackStream, unpackWhole } from '../../src/evidence/unpack/unpack.js';
import { unxz } from '../../src/evidence/unpack/xz/unxz.js';
import { inChunks } from './evidence.js';

const MOST = 64 * 1024 * 1024;
const log = Buffer.from(
  Array.from(
    { length: 6_000 },
    (_, at) =>
      `Nov 20 03:${at % 60}:11 web-1 sshd[${at}]: Failed password for root from 198.51.100.${at % 251}\n`,
  ).join(''),
);
const CONTENTS: readonly (readonly [string, Buffer])[] = [
  ['a log', log],
  ['noise', randomBytes(300_000)],
  ['zeros', Buffer.alloc(3_000_000)],
  ['a run of each length', Buffer.concat(Array.from({ length: 600 }, (_, at) => Buffer.alloc(at, at % 251)))],
  ['nothing', Buffer.alloc(0)],
  ['one byte', Buffer.from('x')],
];

function packed(tool: string, content: Buffer, ...options: readonly string[]): Buffer {
  return execFileSync(tool, ['-c', ...options], { input: content, maxBuffer: MOST });
}

async function all(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const KINDS = [
  {
    tool: 'xz',
    unpacker: unxz,
    options: [
      ['-0'],
      ['-6'],
      ['-9e'],
      ['--check=crc32'],
      ['--check=sha256'],
      ['--check=none'],
      ['--block-size=100000'],
      ['--lzma2=dict=4KiB,lc=0,lp=3,pb=0'],
      ['--lzma2=dict=64KiB,lc=1,lp=2,pb=4'],
    ],
  },
  { tool: 'bzip2', unpacker: bunzip2, options: [['-1'], ['-9']] },
] as const;

describe.each(KINDS)('$tool', ({ tool, unpacker, options }) => {
  it.each(options.flatMap((flags) => CONTENTS.map(([name, content]) => ({ flags, name, content }))))(
    'gives back $name that was packed with $flags',
    ({ flags, content }) => {
      const unpacked = unpackWhole(packed(tool, content, ...flags), { unpacker, mostBytes: MOST });
      expect(unpacked.equals(content)).toBe(true);
    },
  );

  it.each([1, 7, 4096, 1_000_000])('reads streams after each other in chunks of %i bytes', async (size) => {
    const first = log.subarray(0, 20_000);
    const two = Buffer.concat([packed(tool, first), packed(tool, log.subarray(20_000, 30_000))]);
    const unpacked = await all(unpackStream(inChunks(two, size), unpacker));
    expect(unpacked.equals(log.subarray(0, 30_000))).toBe(true);
  });

  it('tells of every cut, and gives what was before it', async () => {
    const whole = packed(tool, log, ...(tool === 'xz' ? ['--block-size=100000'] : ['-1']));
    const got: Uint8Array[] = [];
    const reading = async () => {
      for await (const piece of unpackStream(inChunks(whole.subarray(0, -100), 5000), unpacker))
        got.push(piece);
    };
    await expect(reading()).rejects.toThrow(DamagedArchive);
    expect(Buffer.concat(got).length).toBeGreaterThan(log.length / 2);
    expect(log.subarray(0, Buffer.concat(got).length).equals(Buffer.concat(got))).toBe(true);
  });

  it('never gives back other bytes than were packed, whatever was changed', () => {
    const content = log.subarray(0, 5000);
    const whole = packed(tool, content);
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const broken = Buffer.from(whole);
        broken[at] = (broken[at] ?? 0) ^ change;
        try {
          const unpacked = unpackWhole(broken, { unpacker, mostBytes: MOST });
          expect(unpacked.equals(content)).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(DamagedArchive);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('is bounded where a little unpacks to a lot', () => {
    const bomb = packed(tool, Buffer.alloc(30_000_000));
    expect(bomb.length).toBeLessThan(10_000);
    expect(() => unpackWhole(bomb, { unpacker, mostBytes: 1_000_000 })).toThrow('more than 1000000 bytes');
  });
});
