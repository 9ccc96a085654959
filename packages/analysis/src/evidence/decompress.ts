import { Readable, type Transform } from 'node:stream';
import * as zlib from 'node:zlib';
import { Decompress } from 'fzstd';
import { bunzip2 } from './unpack/bzip2/bunzip2.js';
import { unpackStream } from './unpack/unpack.js';
import { unxz } from './unpack/xz/unxz.js';

export type Compression = 'none' | 'gzip' | 'zstd' | 'xz' | 'bzip2';

const MAGICS: readonly { readonly kind: Compression; readonly bytes: readonly number[] }[] = [
  { kind: 'gzip', bytes: [0x1f, 0x8b] },
  { kind: 'zstd', bytes: [0x28, 0xb5, 0x2f, 0xfd] },
  { kind: 'xz', bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00] },
  { kind: 'bzip2', bytes: [0x42, 0x5a, 0x68] },
];

/** What the first bytes say; names lie. */
export function compressionOf(head: Uint8Array): Compression {
  return MAGICS.find(({ bytes }) => bytes.every((byte, index) => head[index] === byte))?.kind ?? 'none';
}

/**
 * The uncompressed bytes of a stream that may be gzip, zstd, xz, bzip2 or plain.
 *
 * @throws DamagedArchive, or zlib's own error, where the stream is damaged
 */
export async function* decompress(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]();
  try {
    const head = await peek(iterator);
    const kind = compressionOf(head);
    const rest = resume(head, iterator);
    if (kind === 'none') yield* rest;
    else if (kind === 'gzip') yield* through(rest, zlib.createGunzip());
    else if (kind === 'zstd') yield* zstd(rest);
    else yield* unpackStream(rest, kind === 'xz' ? unxz : bunzip2);
  } finally {
    // Also when nobody has begun to read: an open file would stay open.
    await iterator.return?.();
  }
}

const MAGIC_BYTES = 6;

async function peek(iterator: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  let head = new Uint8Array(0);
  while (head.length < MAGIC_BYTES) {
    const next = await iterator.next();
    if (next.done) break;
    head = head.length === 0 ? Uint8Array.from(next.value) : Buffer.concat([head, next.value]);
  }
  return head;
}

async function* resume(head: Uint8Array, iterator: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (head.length > 0) yield head;
  for (;;) {
    const next = await iterator.next();
    if (next.done) return;
    yield next.value;
  }
}

async function* through(source: AsyncIterable<Uint8Array>, transform: Transform): AsyncGenerator<Uint8Array> {
  const input = Readable.from(source);
  input.on('error', (error) => transform.destroy(error));
  try {
    for await (const chunk of input.pipe(transform)) yield chunk as Uint8Array; // zlib streams give Buffers
  } finally {
    input.destroy();
    transform.destroy();
  }
}

/** Node's own since 22.15; pure JavaScript before. */
function zstd(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  return 'createZstdDecompress' in zlib ? through(source, zlib.createZstdDecompress()) : fzstd(source);
}

/** The portable way, for Node 22 before 22.15. */
export async function* fzstd(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const ready: Uint8Array[] = [];
  const stream = new Decompress((chunk) => ready.push(chunk));
  for await (const chunk of source) {
    stream.push(chunk);
    yield* ready.splice(0);
  }
  stream.push(new Uint8Array(0), true);
  yield* ready.splice(0);
}
