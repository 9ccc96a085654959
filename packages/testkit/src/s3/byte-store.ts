import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { link, mkdir, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type ChecksumAlgorithm, type RunningChecksum, runningChecksum } from './checksums.js';

export interface ByteRange {
  readonly start: number;
  /** Inclusive. */
  readonly end: number;
}

/** Bytes at rest: of an object version or of a part. */
export interface StoredBytes {
  readonly sizeBytes: number;
  /** MD5 in hex. */
  readonly md5: string;
  readonly checksums: Readonly<Partial<Record<ChecksumAlgorithm, string>>>;
  read(range?: ByteRange): AsyncIterable<Uint8Array>;
  /** Shows the bytes under this name where people look for them. */
  show(name: string): Promise<void>;
  remove(): Promise<void>;
}

/** Where a bucket's bytes lie. */
export interface ByteStore {
  write(
    name: string,
    source: AsyncIterable<Uint8Array>,
    algorithms: readonly ChecksumAlgorithm[],
  ): Promise<StoredBytes>;
  hide(name: string): Promise<void>;
}

interface Meter {
  add(chunk: Uint8Array): void;
  result(): Pick<StoredBytes, 'sizeBytes' | 'md5' | 'checksums'>;
}

function meter(algorithms: readonly ChecksumAlgorithm[]): Meter {
  const md5 = createHash('md5');
  const running = new Map<ChecksumAlgorithm, RunningChecksum>(
    algorithms.map((algorithm) => [algorithm, runningChecksum(algorithm)]),
  );
  let sizeBytes = 0;
  return {
    add(chunk) {
      sizeBytes += chunk.length;
      md5.update(chunk);
      for (const checksum of running.values()) checksum.update(chunk);
    },
    result: () => ({
      sizeBytes,
      md5: md5.digest('hex'),
      checksums: Object.fromEntries(
        [...running].map(([algorithm, checksum]) => [algorithm, checksum.base64()]),
      ),
    }),
  };
}

/** Everything in memory: for tests. */
export function memoryStore(): ByteStore {
  return {
    async write(_name, source, algorithms) {
      const chunks: Uint8Array[] = [];
      const measured = meter(algorithms);
      for await (const chunk of source) {
        // A copy: the sender may reuse its buffer.
        chunks.push(Uint8Array.from(chunk));
        measured.add(chunk);
      }
      const bytes = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
      return {
        ...measured.result(),
        async *read(range) {
          yield range === undefined ? bytes : bytes.subarray(range.start, range.end + 1);
        },
        show: async () => undefined,
        remove: async () => undefined,
      };
    },
    hide: async () => undefined,
  };
}

/** A key as a path below the bucket's folder: what could climb out of it is written in hex. */
function pathOf(name: string): string {
  return name
    .split('/')
    .map((part) => (/^\.{0,2}$|\0/.test(part) ? `%${Buffer.from(part).toString('hex')}` : part.slice(0, 200)))
    .join('/');
}

/**
 * Objects as files: the current version of `a/b` is `<folder>/a/b`, all versions lie in `<folder>/.versions`, so that a
 * person can look at the evidence.
 */
export function folderStore(folder: string): ByteStore {
  let written = 0;
  return {
    async write(_name, source, algorithms) {
      written += 1;
      const file = join(folder, '.versions', String(written).padStart(8, '0'));
      await mkdir(dirname(file), { recursive: true });
      const measured = meter(algorithms);
      const handle = await open(file, 'w');
      try {
        for await (const chunk of source) {
          await handle.write(chunk);
          measured.add(chunk);
        }
      } finally {
        await handle.close();
      }
      return { ...measured.result(), ...fileBytes(folder, file) };
    },
    hide: (name) => rm(join(folder, pathOf(name)), { force: true }),
  };
}

function fileBytes(folder: string, file: string): Pick<StoredBytes, 'read' | 'show' | 'remove'> {
  return {
    read: (range) => createReadStream(file, range),
    async show(name) {
      const visible = join(folder, pathOf(name));
      try {
        await mkdir(dirname(visible), { recursive: true });
        await rm(visible, { force: true });
        await link(file, visible);
      } catch {
        // `a` and `a/b` are both keys; as files one of them must stay out of sight.
      }
    },
    remove: () => rm(file, { force: true }),
  };
}
