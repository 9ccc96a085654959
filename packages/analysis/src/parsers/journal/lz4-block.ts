/** The bytes are no LZ4 block of that size. */
export class BadLz4Block extends Error {
  override readonly name = 'BadLz4Block';
}

const LONG = 15;
const SHORTEST_MATCH = 4;

/** Reads an LZ4 block byte by byte, and never beyond it: it is the suspect's. */
class BlockReader {
  at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  get isAtEnd(): boolean {
    return this.at >= this.bytes.length;
  }

  byte(): number {
    const byte = this.bytes[this.at];
    if (byte === undefined) throw new BadLz4Block('it ends too early');
    this.at += 1;
    return byte;
  }

  /** 15 goes on with bytes that are added up, as long as they are 255. */
  length(nibble: number): number {
    let total = nibble;
    for (let more = nibble === LONG ? 255 : 0; more === 255; total += more) more = this.byte();
    return total;
  }

  take(length: number): Uint8Array {
    const taken = this.bytes.subarray(this.at, this.at + length);
    if (taken.length < length) throw new BadLz4Block('its literals end too early');
    this.at += length;
    return taken;
  }
}

/**
 * Uncompresses an LZ4 block (the raw format, without a frame) of known size. The libraries on npm read frames, are native,
 * or do not check a hostile block's bounds; the format is thirty lines (lz4_Block_format.md).
 *
 * @throws BadLz4Block when the block is damaged, or is not of that size
 */
export function uncompressLz4Block(block: Uint8Array, sizeBytes: number): Buffer {
  const out = Buffer.alloc(sizeBytes);
  const reader = new BlockReader(block);
  let at = 0;
  while (!reader.isAtEnd) {
    const token = reader.byte();
    const literals = reader.take(reader.length(token >> 4));
    if (at + literals.length > sizeBytes) throw new BadLz4Block('it is longer than it says');
    out.set(literals, at);
    at += literals.length;
    // The last sequence has literals only.
    if (reader.isAtEnd) break;
    const distance = reader.byte() + reader.byte() * 256;
    const length = reader.length(token & LONG) + SHORTEST_MATCH;
    if (distance === 0 || distance > at || at + length > sizeBytes)
      throw new BadLz4Block('a match lies outside of it');
    // Byte by byte: a match may overlap what it writes.
    for (let copied = 0; copied < length; copied += 1) out[at + copied] = out[at + copied - distance] ?? 0;
    at += length;
  }
  if (at !== sizeBytes) throw new BadLz4Block('it is shorter than it says');
  return out;
}
