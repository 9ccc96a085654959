// The file format of systemd's journal, as its own documentation has it (systemd.io/JOURNAL_FILE_FORMAT).

export const SIGNATURE = 'LPKSHHRH';
/** Up to `tail_object_offset`: what every version has. */
export const HEADER_BYTES = 144;
export const OBJECT_HEADER_BYTES = 16;

/** Bits of `incompatible_flags`. Others mean a format of which nothing is known. */
export const INCOMPATIBLE = { xz: 1, lz4: 2, keyedHash: 4, zstd: 8, compact: 16 } as const;

export const OBJECT = { data: 1, entry: 3 } as const;
/** The highest type that there is: 7, TAG. */
export const LAST_OBJECT_TYPE = 7;

/** Bits of an object's flags. */
export const COMPRESSED = { xz: 1, lz4: 2, zstd: 4 } as const;

export interface JournalHeader {
  readonly headerBytes: number;
  readonly isCompact: boolean;
  /** 32 hex digits. */
  readonly machineId: string;
  readonly seqnumId: string;
  /** Where the last object begins. */
  readonly tailObjectOffset: number;
}

export type HeaderProblem = 'NOT_A_JOURNAL' | 'UNKNOWN_FORMAT';

function known(flags: number): boolean {
  const all = Object.values(INCOMPATIBLE).reduce((bits, bit) => bits | bit, 0);
  return (flags & ~all) === 0;
}

/** What the first bytes say, or why nothing can be read. */
export function readHeader(bytes: Buffer): JournalHeader | HeaderProblem {
  if (bytes.length < HEADER_BYTES || bytes.toString('latin1', 0, SIGNATURE.length) !== SIGNATURE)
    return 'NOT_A_JOURNAL';
  const flags = bytes.readUInt32LE(12);
  const headerBytes = Number(bytes.readBigUInt64LE(88));
  if (!known(flags) || headerBytes < HEADER_BYTES || headerBytes > 4096) return 'UNKNOWN_FORMAT';
  return {
    headerBytes,
    isCompact: (flags & INCOMPATIBLE.compact) !== 0,
    machineId: bytes.toString('hex', 24, 40),
    seqnumId: bytes.toString('hex', 72, 88),
    tailObjectOffset: Number(bytes.readBigUInt64LE(136)),
  };
}

/** Objects begin at multiples of eight. */
export function aligned(sizeBytes: number): number {
  return sizeBytes + ((8 - (sizeBytes % 8)) % 8);
}
