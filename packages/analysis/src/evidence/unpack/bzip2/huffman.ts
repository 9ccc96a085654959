import { DamagedArchive } from '../byte-queue.js';
import type { BitReader } from './bit-reader.js';

const LONGEST_CODE = 20;

/** A canonical Huffman code. */
export class HuffmanCode {
  /** By length: the first code of that length, and where its symbols begin. */
  readonly #first = new Int32Array(LONGEST_CODE + 2);
  readonly #count = new Int32Array(LONGEST_CODE + 2);
  readonly #start = new Int32Array(LONGEST_CODE + 2);
  readonly #symbols: Uint16Array;

  constructor(lengths: Uint8Array) {
    for (const length of lengths) this.#count[length] = (this.#count[length] ?? 0) + 1;
    let code = 0;
    let start = 0;
    for (let length = 1; length <= LONGEST_CODE; length += 1) {
      this.#first[length] = code;
      this.#start[length] = start;
      const count = this.#count[length] ?? 0;
      code = (code + count) << 1;
      start += count;
    }
    this.#symbols = new Uint16Array(lengths.length);
    const next = Int32Array.from(this.#start);
    for (const [symbol, length] of lengths.entries()) {
      const place = next[length] ?? 0;
      this.#symbols[place] = symbol;
      next[length] = place + 1;
    }
  }

  read(bits: BitReader): number {
    let code = 0;
    for (let length = 1; length <= LONGEST_CODE; length += 1) {
      code = (code << 1) | bits.bits(1);
      const index = code - (this.#first[length] ?? 0);
      if (index >= 0 && index < (this.#count[length] ?? 0))
        return this.#symbols[(this.#start[length] ?? 0) + index] ?? 0;
    }
    throw new DamagedArchive('no code of a bzip2 block');
  }
}

/** Lengths are written as differences. */
export function readCode(bits: BitReader, symbols: number): HuffmanCode {
  const lengths = new Uint8Array(symbols);
  let length = bits.bits(5);
  for (let symbol = 0; symbol < symbols; symbol += 1) {
    while (bits.bit() === 1) {
      length += bits.bit() === 1 ? -1 : 1;
      if (length < 1 || length > LONGEST_CODE) break;
    }
    if (length < 1 || length > LONGEST_CODE) throw new DamagedArchive('bad code of a bzip2 block');
    lengths[symbol] = length;
  }
  return new HuffmanCode(lengths);
}
