import { DamagedArchive } from '../byte-queue.js';

/** Bits of a buffer, highest first. */
export class BitReader {
  #at: number;
  #held = 0;
  #heldBits = 0;

  /** @param skipBits - of the first byte: a block begins anywhere */
  constructor(
    private readonly bytes: Uint8Array,
    skipBits: number,
  ) {
    this.#at = 0;
    if (skipBits > 0) this.bits(skipBits);
  }

  /** Where the next bit is. */
  get position(): { readonly byte: number; readonly bit: number } {
    const bits = this.#at * 8 - this.#heldBits;
    return { byte: Math.floor(bits / 8), bit: bits % 8 };
  }

  /** At most 24. */
  bits(count: number): number {
    while (this.#heldBits < count) {
      const byte = this.bytes[this.#at];
      if (byte === undefined) throw new DamagedArchive('a bzip2 block ends too early');
      this.#held = ((this.#held << 8) | byte) & 0xffffffff;
      this.#at += 1;
      this.#heldBits += 8;
    }
    this.#heldBits -= count;
    return (this.#held >>> this.#heldBits) & ((1 << count) - 1);
  }

  bit(): number {
    return this.bits(1);
  }

  word(): number {
    return this.bits(16) * 65_536 + this.bits(16);
  }
}
