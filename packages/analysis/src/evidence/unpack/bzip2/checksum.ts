/** CRC-32 as bzip2 has it: the highest bit first, unlike zlib's. */
const TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let value = byte << 24;
  for (let bit = 0; bit < 8; bit += 1) value = value < 0 ? (value << 1) ^ 0x04c11db7 : value << 1;
  return value;
});

export class BlockSum {
  #sum = -1;

  add(bytes: Uint8Array): void {
    let sum = this.#sum;
    for (let at = 0; at < bytes.length; at += 1)
      sum = (sum << 8) ^ (TABLE[((sum >>> 24) ^ (bytes[at] ?? 0)) & 0xff] ?? 0);
    this.#sum = sum;
  }

  get value(): number {
    return ~this.#sum >>> 0;
  }
}
