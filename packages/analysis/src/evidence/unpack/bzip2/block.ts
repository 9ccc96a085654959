import { DamagedArchive } from '../byte-queue.js';
import type { BitReader } from './bit-reader.js';
import { type HuffmanCode, readCode } from './huffman.js';

const GROUP_SYMBOLS = 50;

/** A block before its last two transformations: what the Burrows-Wheeler transform made of it. */
export interface Block {
  /** Bytes in the lower eight bits. */
  readonly sorted: Uint32Array;
  readonly length: number;
  readonly origin: number;
}

/** Reads a block from behind its magic and its sum. */
export function readBlock(bits: BitReader, mostBytes: number): Block {
  if (bits.bit() === 1) throw new DamagedArchive('a randomised bzip2 block');
  const origin = bits.bits(24);
  const used = readUsed(bits);
  const block = readSymbols(bits, used, mostBytes);
  if (origin >= block.length) throw new DamagedArchive('bad origin of a bzip2 block');
  return { ...block, origin };
}

/** Which bytes there are at all: in two steps of sixteen. */
function readUsed(bits: BitReader): Uint8Array {
  const rows = bits.bits(16);
  const used: number[] = [];
  for (let row = 0; row < 16; row += 1) {
    if ((rows & (0x8000 >> row)) === 0) continue;
    const columns = bits.bits(16);
    for (let column = 0; column < 16; column += 1)
      if ((columns & (0x8000 >> column)) !== 0) used.push(row * 16 + column);
  }
  if (used.length === 0) throw new DamagedArchive('a bzip2 block without bytes');
  return Uint8Array.from(used);
}

/** Which code is used for each fifty symbols. */
function readSelectors(bits: BitReader, codes: number): Uint8Array {
  const count = bits.bits(15);
  if (codes < 2 || codes > 6 || count === 0) throw new DamagedArchive('bad codes of a bzip2 block');
  const recent = Array.from({ length: codes }, (_, code) => code);
  const selectors = new Uint8Array(count);
  for (let at = 0; at < count; at += 1) {
    let place = 0;
    while (bits.bit() === 1) {
      place += 1;
      if (place >= codes) throw new DamagedArchive('bad selector of a bzip2 block');
    }
    const [code = 0] = recent.splice(place, 1);
    recent.unshift(code);
    selectors[at] = code;
  }
  return selectors;
}

/** Hands out symbols, each by the code of its group. */
function symbolReader(bits: BitReader, symbols: number): () => number {
  const count = bits.bits(3);
  const selectors = readSelectors(bits, count);
  const codes = Array.from({ length: count }, () => readCode(bits, symbols));
  let group = -1;
  let left = 0;
  let code: HuffmanCode | undefined;
  return () => {
    if (left === 0) {
      group += 1;
      code = codes[selectors[group] ?? codes.length];
      left = GROUP_SYMBOLS;
    }
    left -= 1;
    if (code === undefined) throw new DamagedArchive('a bzip2 block has too many symbols');
    return code.read(bits);
  };
}

function readSymbols(
  bits: BitReader,
  used: Uint8Array,
  mostBytes: number,
): { readonly sorted: Uint32Array; readonly length: number } {
  const end = used.length + 1;
  const next = symbolReader(bits, end + 1);
  const recent = Uint8Array.from(used);
  const sorted = new Uint32Array(mostBytes);
  let length = 0;
  const put = (byte: number, times: number) => {
    if (length + times > mostBytes) throw new DamagedArchive('a bzip2 block is too long');
    sorted.fill(byte, length, length + times);
    length += times;
  };
  let run = 0;
  let weight = 1;
  for (let symbol = next(); ; symbol = next()) {
    if (symbol <= 1) {
      run += weight << symbol;
      weight <<= 1;
      if (run > mostBytes) throw new DamagedArchive('a bzip2 block is too long');
      continue;
    }
    if (run > 0) put(recent[0] ?? 0, run);
    run = 0;
    weight = 1;
    if (symbol === end) return { sorted, length };
    const byte = recent[symbol - 1] ?? 0;
    recent.copyWithin(1, 0, symbol - 1);
    recent[0] = byte;
    put(byte, 1);
  }
}
