import { constants, type Dirent, type Stats } from 'node:fs';
import { lstat, open, opendir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { EvidenceFile, EvidenceFileType, EvidenceReader, Notice } from './evidence-file.js';

type Report = (notice: Notice) => void;

const CHUNK_BYTES = 256 * 1024;
/** Most files are small: a big buffer for each keeps the collector of garbage busy. */
const SMALL_BYTES = 512;
const MAX_DEPTH = 256;

/**
 * Reads a folder as evidence: a mounted file system or an unpacked collection. Links are told, never
 * followed; FIFOs, sockets and devices are told, never opened; another file system below is walked too.
 */
export function directoryReader(directory: string): EvidenceReader {
  return { files: (notice) => walk({ directory, relative: '', depth: 0 }, notice) };
}

interface Place {
  readonly directory: string;
  readonly relative: string;
  readonly depth: number;
}

async function* walk(place: Place, report: Report): AsyncGenerator<EvidenceFile> {
  if (place.depth > MAX_DEPTH) {
    report({
      code: 'TOO_DEEP',
      message: `folders deeper than ${MAX_DEPTH} are not walked`,
      path: place.relative,
    });
    return;
  }
  for (const name of await namesIn(place, report)) {
    const relative = place.relative === '' ? name : `${place.relative}/${name}`;
    const path = join(place.directory, name);
    const stats = await lstat(path).catch((error: unknown) => unreadable(relative, error, report));
    if (stats === undefined) continue;
    yield await evidenceFile({ path, relative, stats }, report);
    if (stats.isDirectory()) yield* walk({ directory: path, relative, depth: place.depth + 1 }, report);
  }
}

/** Sorted, so that two walks of the same folder tell the same story. */
async function namesIn(place: Place, report: Report): Promise<string[]> {
  const names: string[] = [];
  try {
    const folder = await opendir(place.directory);
    for await (const entry of folder as AsyncIterable<Dirent>) names.push(entry.name);
  } catch (error) {
    unreadable(place.relative, error, report);
  }
  return names.sort();
}

function unreadable(path: string, error: unknown, report: Report): undefined {
  report({ code: 'UNREADABLE', message: error instanceof Error ? error.message : String(error), path });
  return undefined;
}

interface Found {
  readonly path: string;
  readonly relative: string;
  readonly stats: Stats;
}

async function evidenceFile(found: Found, report: Report): Promise<EvidenceFile> {
  const { path, relative, stats } = found;
  const type = typeOf(stats);
  const linkTarget = type === 'symlink' ? await readlink(path).catch(() => undefined) : undefined;
  return {
    path: relative,
    type,
    sizeBytes: type === 'file' ? stats.size : 0,
    mode: stats.mode & 0o7777,
    uid: stats.uid,
    gid: stats.gid,
    mtime: stats.mtimeMs / 1000,
    ...(linkTarget === undefined ? {} : { linkTarget }),
    content: () => (type === 'file' ? content(found, report) : nothing()),
  };
}

function typeOf(stats: Stats): EvidenceFileType {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  return stats.isSymbolicLink() ? 'symlink' : 'special';
}

/** O_NOFOLLOW and O_NONBLOCK: what became a link or a FIFO since `lstat` is refused, not waited for. */
async function* content({ path, relative, stats }: Found, report: Report): AsyncGenerator<Uint8Array> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const handle = await open(path, flags).catch((error: unknown) => unreadable(relative, error, report));
  if (handle === undefined) return;
  try {
    const wanted = Math.min(CHUNK_BYTES, Math.max(SMALL_BYTES, stats.size + 1));
    for (;;) {
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(wanted), 0, wanted);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
      // A regular file gives less than was asked for only at its end.
      if (bytesRead < wanted) return;
    }
  } catch (error) {
    unreadable(relative, error, report);
  } finally {
    await handle.close();
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
