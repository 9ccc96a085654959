import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { directoryReader, type EvidenceFile, type EvidenceReader, tarReader } from '@cordon/analysis';
import { CliError } from '../cli-error.js';

/** How far the walk is, for whoever watches. */
export interface Walk {
  files: number;
  /** Of a tar, as it lies on the disk. */
  bytesRead: number;
  readonly totalBytes: number | undefined;
}

/** A folder, a tar, or objects in S3, to be analysed here. */
export interface LocalEvidence {
  /** Its last name, or where it is in S3, as observations cite it. */
  readonly name: string;
  /** On this machine. */
  readonly path: string | undefined;
  readonly kind: 'directory' | 'tar' | 'prefix';
  readonly reader: EvidenceReader;
  readonly walk: Walk;
  /** When the file or folder was last changed: the best guess at when the evidence was taken. */
  readonly changedAt: Date;
  /** Of a tar that was read to its end. */
  sha256(): string | undefined;
}

/** Counts the files that go by. */
export function counting(reader: EvidenceReader, walk: Walk): EvidenceReader {
  async function* files(notice: Parameters<EvidenceReader['files']>[0]): AsyncGenerator<EvidenceFile> {
    for await (const file of reader.files(notice)) {
      walk.files += 1;
      yield file;
    }
  }
  return { files };
}

/** A tar's bytes, counted and hashed as they go by. */
export function metered(source: AsyncIterable<Uint8Array>, walk: Walk) {
  const hash = createHash('sha256');
  async function* bytes(): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      walk.bytesRead += chunk.length;
      hash.update(chunk);
      yield chunk;
    }
  }
  const isWhole = () => walk.bytesRead === walk.totalBytes;
  return { bytes: bytes(), sha256: () => (isWhole() ? hash.copy().digest('hex') : undefined) };
}

/**
 * Opens a folder or a tar (plain, gzip, zstd) for one walk.
 *
 * @throws CliError `NO_EVIDENCE` when it is not there, or neither
 */
export async function openEvidence(cwd: string, named: string): Promise<LocalEvidence> {
  const path = resolve(cwd, named);
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || !(found.isDirectory() || found.isFile()))
    throw new CliError('NO_EVIDENCE', {
      message: `there is no folder and no file ${path}`,
      advice:
        'Name a mounted file system, an unpacked collection, or a collection as .tar, .tar.gz or .tar.zst.',
    });
  const about = { path, name: basename(path) || 'root', changedAt: found.mtime };
  if (found.isDirectory()) {
    const walk: Walk = { files: 0, bytesRead: 0, totalBytes: undefined };
    const reader = counting(directoryReader(path), walk);
    return { ...about, kind: 'directory', walk, reader, sha256: () => undefined };
  }
  const walk: Walk = { files: 0, bytesRead: 0, totalBytes: found.size };
  const file: AsyncIterable<Buffer> = createReadStream(path, { highWaterMark: 1024 * 1024 });
  const { bytes, sha256 } = metered(file, walk);
  return { ...about, kind: 'tar', walk, reader: counting(tarReader(bytes), walk), sha256 };
}
