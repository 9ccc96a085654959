export interface CoreSegment {
  /** Physical address; undefined: the kernel tells none. */
  readonly physical?: bigint;
  readonly bytes: Uint8Array;
  /** PT_LOAD is 1, PT_NOTE 4. */
  readonly type?: number;
}

const HEADER_BYTES = 64;
const ENTRY_BYTES = 56;

/** An ELF-64 core file as /proc/kcore looks: a program header for each piece of memory, then the pieces. */
export function kcoreFile(segments: readonly CoreSegment[]): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.write('\x7fELF\x02\x01\x01', 'latin1');
  header.writeBigUInt64LE(BigInt(HEADER_BYTES), 32);
  header.writeUInt16LE(ENTRY_BYTES, 54);
  header.writeUInt16LE(segments.length, 56);
  let offset = HEADER_BYTES + ENTRY_BYTES * segments.length;
  const entries = segments.map(({ physical = 0xffff_ffff_ffff_ffffn, bytes, type = 1 }) => {
    const entry = Buffer.alloc(ENTRY_BYTES);
    entry.writeUInt32LE(type, 0);
    entry.writeBigUInt64LE(BigInt(offset), 8);
    entry.writeBigUInt64LE(0xffff_8880_0000_0000n + (physical & 0xffff_ffffn), 16);
    entry.writeBigUInt64LE(physical, 24);
    entry.writeBigUInt64LE(BigInt(bytes.length), 32);
    entry.writeBigUInt64LE(BigInt(bytes.length), 40);
    offset += bytes.length;
    return entry;
  });
  return Buffer.concat([header, ...entries, ...segments.map(({ bytes }) => bytes)]);
}
