import * as zlib from 'node:zlib';
import { decompress as fzstd } from 'fzstd';
import { unpackWhole } from '../../evidence/unpack/unpack.js';
import { unxz } from '../../evidence/unpack/xz/unxz.js';
import { COMPRESSED } from './layout.js';
import { uncompressLz4Block } from './lz4-block.js';

/** A field longer than this is not a log line: it is cut out, and told. */
const MOST_BYTES = 8 * 1024 * 1024;

/** Why a field cannot be read. */
export class UnreadablePayload extends Error {
  override readonly name = 'UnreadablePayload';
}

/** How long a zstd frame says it will be; undefined when it does not. */
function zstdSize(bytes: Uint8Array): number | undefined {
  const descriptor = bytes[4] ?? 0;
  const isSingle = (descriptor & 0x20) !== 0;
  const sizeBytes = [isSingle ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  const at = 5 + (isSingle ? 0 : 1) + ([0, 1, 2, 4][descriptor & 3] ?? 0);
  if (sizeBytes === 0 || at + sizeBytes > bytes.length) return undefined;
  const size = Buffer.from(bytes).readUIntLE(at, Math.min(sizeBytes, 6));
  return sizeBytes === 2 ? size + 256 : size;
}

function unzstd(bytes: Uint8Array): Buffer {
  if ('zstdDecompressSync' in zlib) return zlib.zstdDecompressSync(bytes, { maxOutputLength: MOST_BYTES });
  // Before Node 22.15; it makes room for whatever a frame claims.
  const size = zstdSize(bytes);
  if (size === undefined || size > MOST_BYTES) throw new UnreadablePayload('a zstd frame of unknown size');
  return Buffer.from(fzstd(bytes));
}

/** systemd puts the size before the block, as 64 bits. */
function unlz4(bytes: Buffer): Buffer {
  const size = bytes.length < 8 ? 0n : bytes.readBigUInt64LE(0);
  if (size > BigInt(MOST_BYTES)) throw new UnreadablePayload('a field of more than 8 MiB');
  return uncompressLz4Block(bytes.subarray(8), Number(size));
}

/**
 * A data object's payload, `FIELD=value`.
 *
 * @throws UnreadablePayload, DamagedArchive, zlib's or LZ4's own error where it is damaged or longer than any log line
 */
export function uncompressed(payload: Buffer, flags: number): Buffer {
  if ((flags & COMPRESSED.zstd) !== 0) return unzstd(payload);
  if ((flags & COMPRESSED.lz4) !== 0) return unlz4(payload);
  if ((flags & COMPRESSED.xz) !== 0) return unpackWhole(payload, { unpacker: unxz, mostBytes: MOST_BYTES });
  return payload;
}
