const HEADER_BYTES = 32;
const MAGIC = 0x4c694d45;
const VERSION = 1;

/** A range of physical memory, inclusive, as decimal strings: addresses pass 2^53. */
export interface MemoryRange {
  readonly start: string;
  readonly end: string;
}

/**
 * Walks a LiME image as it streams by: header, range, header, range, exactly to the end. LiME reports no error when the
 * disk is full, so a short image is only seen here. Format: 32 bytes little-endian: magic, version, start, end
 * (inclusive), reserved.
 */
export class LimeWalker {
  readonly ranges: MemoryRange[] = [];
  #header: Uint8Array = new Uint8Array(0);
  #left = 0n;
  #offset = 0n;
  #problem: string | undefined;

  push(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length && this.#problem === undefined) {
      const used = this.#left > 0n ? this.#skip(chunk.length - at) : this.#gather(chunk.subarray(at));
      at += used;
      this.#offset += BigInt(used);
    }
  }

  /** What is wrong with the image; undefined when it is whole. */
  end(): string | undefined {
    if (this.#problem !== undefined) return this.#problem;
    if (this.#header.length > 0) return `the image ends within a header, at byte ${this.#offset}`;
    if (this.#left > 0n) return `the image ends ${this.#left} bytes before its last range does`;
    return this.ranges.length === 0 ? 'the image holds no range' : undefined;
  }

  #skip(available: number): number {
    const used = this.#left < BigInt(available) ? Number(this.#left) : available;
    this.#left -= BigInt(used);
    return used;
  }

  #gather(bytes: Uint8Array): number {
    const wanted = Math.min(HEADER_BYTES - this.#header.length, bytes.length);
    this.#header = Buffer.concat([this.#header, bytes.subarray(0, wanted)]);
    if (this.#header.length === HEADER_BYTES) this.#read(Buffer.from(this.#header));
    return wanted;
  }

  #read(header: Buffer): void {
    this.#header = new Uint8Array(0);
    const start = header.readBigUInt64LE(8);
    const end = header.readBigUInt64LE(16);
    if (header.readUInt32LE(0) !== MAGIC || header.readUInt32LE(4) !== VERSION || end < start) {
      this.#problem = `no header where range ${this.ranges.length + 1} should begin`;
      return;
    }
    this.ranges.push({ start: String(start), end: String(end) });
    this.#left = end - start + 1n;
  }
}
