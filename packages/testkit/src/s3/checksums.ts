import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { NotSimulated } from '../simulation/errors.js';

/** As S3 spells them; CRC64NVME is not simulated. */
export const CHECKSUM_ALGORITHMS = ['CRC32', 'CRC32C', 'SHA1', 'SHA256'] as const;
export type ChecksumAlgorithm = (typeof CHECKSUM_ALGORITHMS)[number];

/** A checksum that came with a request, or was computed: base64. */
export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly value: string;
}

export function checksumAlgorithm(name: string | undefined): ChecksumAlgorithm | undefined {
  if (name === undefined) return undefined;
  const known = CHECKSUM_ALGORITHMS.find((algorithm) => algorithm === name.toUpperCase());
  if (known === undefined) throw new NotSimulated(`s3 checksum ${name}`);
  return known;
}

export interface RunningChecksum {
  update(chunk: Uint8Array): void;
  base64(): string;
}

const CRC32C_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
  return value >>> 0;
});

function crc32c(chunk: Uint8Array, before: number): number {
  let crc = ~before >>> 0;
  for (const byte of chunk) crc = (crc >>> 8) ^ (CRC32C_TABLE[(crc ^ byte) & 0xff] ?? 0);
  return ~crc >>> 0;
}

function runningCrc(step: (chunk: Uint8Array, before: number) => number): RunningChecksum {
  let crc = 0;
  return {
    update: (chunk) => {
      crc = step(chunk, crc);
    },
    base64: () => {
      const word = Buffer.alloc(4);
      word.writeUInt32BE(crc);
      return word.toString('base64');
    },
  };
}

function runningHash(name: string): RunningChecksum {
  const hash = createHash(name);
  return { update: (chunk) => void hash.update(chunk), base64: () => hash.digest('base64') };
}

export function runningChecksum(algorithm: ChecksumAlgorithm): RunningChecksum {
  if (algorithm === 'CRC32') return runningCrc((chunk, before) => crc32(chunk, before));
  if (algorithm === 'CRC32C') return runningCrc(crc32c);
  return runningHash(algorithm.toLowerCase());
}

export function checksumOf(algorithm: ChecksumAlgorithm, bytes: Uint8Array): string {
  const running = runningChecksum(algorithm);
  running.update(bytes);
  return running.base64();
}

/** A multipart object's checksum is the checksum of its parts' checksums, with their number: never the whole's. */
export function compositeChecksum(algorithm: ChecksumAlgorithm, parts: readonly string[]): string {
  const joined = Buffer.concat(parts.map((value) => Buffer.from(value, 'base64')));
  return `${checksumOf(algorithm, joined)}-${parts.length}`;
}

type ChecksumFields = { readonly [A in ChecksumAlgorithm as `Checksum${A}`]?: string | undefined };

/** The checksum in an SDK input or answer. */
export function checksumIn(fields: object): Checksum | undefined {
  const values: Readonly<Record<string, unknown>> = { ...fields };
  for (const algorithm of CHECKSUM_ALGORITHMS) {
    const value = values[`Checksum${algorithm}`];
    if (typeof value === 'string') return { algorithm, value };
  }
  return undefined;
}

/** `{ ChecksumSHA256: '...' }` */
export function checksumField(checksum: Checksum | undefined): ChecksumFields {
  return checksum === undefined ? {} : { [`Checksum${checksum.algorithm}`]: checksum.value };
}
