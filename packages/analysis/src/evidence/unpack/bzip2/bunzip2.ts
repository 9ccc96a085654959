import { type ByteQueue, DamagedArchive, hasMore, need, type Unpacking } from '../byte-queue.js';
import { BitReader } from './bit-reader.js';
import { readBlock } from './block.js';
import { BlockSum } from './checksum.js';
import { expand } from './expand.js';

/** No block is longer than its symbols at twenty bits each, and its tables. */
const MOST_BLOCK_BYTES = 2_400_000;
const BLOCK = [0x314159, 0x265359] as const;
const END = [0x177245, 0x385090] as const;

/**
 * Unpacks bzip2, several streams after each other too. Of the libraries on npm one reads only whole files, and the other
 * makes half a gigabyte of a hostile block of 45 bytes.
 */
export function* bunzip2(queue: ByteQueue): Unpacking {
  do yield* stream(queue);
  while (yield* hasMore(queue));
}

function* stream(queue: ByteQueue): Unpacking {
  const header = yield* need(queue, 4);
  const level = (header[3] ?? 0) - 0x30;
  if (header.toString('latin1', 0, 3) !== 'BZh' || !(level >= 1 && level <= 9))
    throw new DamagedArchive('no bzip2 stream');
  let skipBits = 0;
  for (;;) {
    while (queue.length < MOST_BLOCK_BYTES && !queue.isEnded) yield undefined;
    const bits = new BitReader(queue.peek(MOST_BLOCK_BYTES), skipBits);
    const magic = [bits.bits(24), bits.bits(24)];
    const sum = bits.word();
    if (magic[0] === END[0] && magic[1] === END[1]) {
      const { byte, bit } = bits.position;
      queue.skip(byte + (bit > 0 ? 1 : 0));
      return;
    }
    if (magic[0] !== BLOCK[0] || magic[1] !== BLOCK[1]) throw new DamagedArchive('no bzip2 block');
    const block = readBlock(bits, level * 100_000);
    const { byte, bit } = bits.position;
    queue.skip(byte);
    skipBits = bit;
    const check = new BlockSum();
    for (const piece of expand(block)) {
      check.add(piece);
      yield piece;
    }
    if (check.value !== sum) throw new DamagedArchive('bad sum of a bzip2 block');
  }
}
