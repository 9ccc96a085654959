import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decompress, fzstd } from '../../src/evidence/decompress.js';
import { DamagedArchive } from '../../src/evidence/unpack/byte-queue.js';
import { inChunks } from './evidence.js';

async function all(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(Uint8Array.from(chunk));
  return Buffer.concat(chunks);
}

describe('decompress', () => {
  const content = Buffer.concat([randomBytes(100_000), Buffer.alloc(400_000, 'log line\n')]);

  it.each([1, 2, 5, 4096])('reads every kind in chunks of %i bytes', async (size) => {
    const short = content.subarray(90_000, 110_000);
    expect(await all(decompress(inChunks(short, size)))).toEqual(short);
    expect(await all(decompress(inChunks(gzipSync(short), size)))).toEqual(short);
    expect(await all(decompress(inChunks(zstdCompressSync(short), size)))).toEqual(short);
    for (const tool of ['xz', 'bzip2'])
      expect(await all(decompress(inChunks(execFileSync(tool, ['-c'], { input: short }), size)))).toEqual(
        short,
      );
  });

  it('reads zstd without the help of Node', async () => {
    expect(await all(fzstd(inChunks(zstdCompressSync(content), 5000)))).toEqual(content);
  });

  it('leaves what is shorter than a magic number as it is', async () => {
    expect((await all(decompress(inChunks(Buffer.from('ab'))))).toString()).toBe('ab');
    expect((await all(decompress(inChunks(Buffer.alloc(0))))).length).toBe(0);
  });

  it('says what it cannot read', async () => {
    await expect(all(decompress(inChunks(Buffer.from('BZh91AY&SY'))))).rejects.toThrow(DamagedArchive);
  });

  it.each(['goes away', 'finds it cannot be read'])('closes its source when the reader %s', async (why) => {
    let closed = false;
    async function* source() {
      try {
        for (;;) yield why === 'goes away' ? randomBytes(1000) : Buffer.from('BZh91AY&SY');
      } finally {
        closed = true;
      }
    }
    const read = async () => {
      for await (const _ of decompress(source())) break;
    };
    await read().catch(() => {});
    expect(closed).toBe(true);
  });
});
