import { execFileSync } from 'node:child_process';
import {
  aligned,
  COMPRESSED,
  INCOMPATIBLE,
  OBJECT,
  OBJECT_HEADER_BYTES,
} from '../../src/parsers/journal/layout.js';

/** systemd compresses what is at least this long. */
const THRESHOLD_BYTES = 512;

const PACKERS = {
  /** As systemd calls liblzma: the lowest preset, no check. */
  xz: (payload: Buffer) => execFileSync('xz', ['-0', '-c', '--check=none'], { input: payload }),
  lz4(payload: Buffer) {
    const size = Buffer.alloc(8);
    size.writeBigUInt64LE(BigInt(payload.length));
    return Buffer.concat([size, lz4Block(payload)]);
  },
} as const;

/**
 * The same journal with its long fields compressed as older systemds did it, in place: where an object has become
 * shorter, an unused one fills the room. journalctl reads it: that is how the bench proves it.
 */
export function recompressed(
  plain: Uint8Array,
  kind: keyof typeof PACKERS,
): { bytes: Buffer; fields: number } {
  const bytes = Buffer.from(plain);
  bytes.writeUInt32LE(bytes.readUInt32LE(12) | INCOMPATIBLE[kind], 12);
  const payloadAt = (bytes.readUInt32LE(12) & INCOMPATIBLE.compact) !== 0 ? 72 : 64;
  let fields = 0;
  const end = Number(bytes.readBigUInt64LE(136));
  for (let at = Number(bytes.readBigUInt64LE(88)); at <= end; ) {
    const size = Number(bytes.readBigUInt64LE(at + 8));
    const isLong = bytes[at] === OBJECT.data && size - payloadAt >= THRESHOLD_BYTES;
    if (isLong && shrink(bytes.subarray(at, at + aligned(size)), { size, payloadAt, kind })) fields += 1;
    at += aligned(size);
  }
  return { bytes, fields };
}

interface Shape {
  readonly size: number;
  readonly payloadAt: number;
  readonly kind: keyof typeof PACKERS;
}

function shrink(object: Buffer, { size, payloadAt, kind }: Shape): boolean {
  const packed = PACKERS[kind](object.subarray(payloadAt, size));
  const used = aligned(payloadAt + packed.length);
  if (used + OBJECT_HEADER_BYTES > object.length) return false;
  object.fill(0, payloadAt);
  object.set(packed, payloadAt);
  object.writeUInt8(COMPRESSED[kind], 1);
  object.writeBigUInt64LE(BigInt(payloadAt + packed.length), 8);
  object.writeBigUInt64LE(BigInt(object.length - used), used + 8);
  return true;
}

/** Greedy, and right: four bytes that came before are a match. */
function lz4Block(plain: Buffer): Buffer {
  const seen = new Map<number, number>();
  const out: number[] = [];
  let literalsAt = 0;
  for (let at = 0; at + 12 < plain.length; ) {
    const word = plain.readUInt32LE(at);
    const from = seen.get(word);
    seen.set(word, at);
    if (from === undefined || at - from > 65_535) {
      at += 1;
      continue;
    }
    let length = 4;
    while (at + length < plain.length - 5 && plain[from + length] === plain[at + length]) length += 1;
    sequence(out, plain.subarray(literalsAt, at), { distance: at - from, length });
    at += length;
    literalsAt = at;
  }
  sequence(out, plain.subarray(literalsAt), undefined);
  return Buffer.from(out);
}

interface Match {
  readonly distance: number;
  readonly length: number;
}

function sequence(out: number[], literals: Buffer, match: Match | undefined): void {
  const matched = match === undefined ? 0 : match.length - 4;
  out.push((Math.min(15, literals.length) << 4) | Math.min(15, matched));
  more(out, literals.length);
  out.push(...literals);
  if (match === undefined) return;
  out.push(match.distance & 255, match.distance >> 8);
  more(out, matched);
}

function more(out: number[], length: number): void {
  if (length < 15) return;
  let left = length - 15;
  for (; left >= 255; left -= 255) out.push(255);
  out.push(left);
}
