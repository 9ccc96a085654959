import { createHash, type Hash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** What a block's check is computed over, as its bytes go by. */
export interface Check {
  /** How long it is in the file. */
  readonly sizeBytes: number;
  add(bytes: Uint8Array): void;
  /** Whether the file says the same. */
  matches(stored: Uint8Array): boolean;
}

/** By the type that the stream's header gives: the size of each type is fixed, also of those that nobody uses. */
const SIZES = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64] as const;

export function checkOf(type: number): Check {
  const sizeBytes = SIZES[type & 15] ?? 0;
  if (type === 1) return crc32Check();
  if (type === 4) return crc64Check();
  if (type === 10) return sha256Check();
  return { sizeBytes, add: () => undefined, matches: () => true };
}

function crc32Check(): Check {
  let sum = 0;
  return {
    sizeBytes: 4,
    add: (bytes) => {
      sum = crc32(bytes, sum);
    },
    matches: (stored) => Buffer.from(stored).readUInt32LE(0) === sum,
  };
}

function sha256Check(): Check {
  const hash: Hash = createHash('sha256');
  return {
    sizeBytes: 32,
    add: (bytes) => void hash.update(bytes),
    matches: (stored) => hash.digest().equals(stored),
  };
}

/** ECMA-182, reflected: as two halves, because BigInt is fifty times slower. */
const POLYNOMIAL = { high: 0xc96c5795, low: 0xd7870f42 };

function table(): { readonly high: Uint32Array; readonly low: Uint32Array } {
  const high = new Uint32Array(256);
  const low = new Uint32Array(256);
  for (let byte = 0; byte < 256; byte += 1) {
    let h = 0;
    let l = byte;
    for (let bit = 0; bit < 8; bit += 1) {
      const isOdd = (l & 1) === 1;
      l = ((l >>> 1) | (h << 31)) >>> 0;
      h >>>= 1;
      if (isOdd) {
        h ^= POLYNOMIAL.high;
        l ^= POLYNOMIAL.low;
      }
    }
    high[byte] = h;
    low[byte] = l;
  }
  return { high, low };
}

let made: ReturnType<typeof table> | undefined;

function crc64Check(): Check {
  made ??= table();
  const { high, low } = made;
  let h = -1;
  let l = -1;
  return {
    sizeBytes: 8,
    add(bytes) {
      for (let at = 0; at < bytes.length; at += 1) {
        const index = (l ^ (bytes[at] ?? 0)) & 0xff;
        l = ((l >>> 8) | (h << 24)) ^ (low[index] ?? 0);
        h = (h >>> 8) ^ (high[index] ?? 0);
      }
    },
    matches(stored) {
      const bytes = Buffer.from(stored);
      return bytes.readUInt32LE(0) === ~l >>> 0 && bytes.readUInt32LE(4) === ~h >>> 0;
    },
  };
}
