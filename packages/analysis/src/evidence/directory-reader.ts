import { constants, type Dirent, type Stats } from 'node:fs';
import { lstat, open, opendir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { EvidenceFile, EvidenceFileType, EvidenceReader, Notice } from './evidence-file.js';

type Report = (notice: Notice) => void;

const CHUNK_BYTES = 256 * 1024;
/** Most files are small: a big buffer for each keeps the collector of garbage busy. */
const SMALL_BYTES = 512;
const MAX_DEPTH = 256;
const NAMES_AT_ONCE = 512;
/** Whoever makes a million files in one folder must not fill the memory with their names. */
const MOST_SORTED = 50_000;

/**
 * Reads a folder as evidence: a mounted file system or an unpacked collection. Links are told, never
 * followed; FIFOs, sockets and devices are told, never opened; another file system below is walked too.
 */
export function directoryReader(directory: string): EvidenceReader {
  return { files: (notice) => walk({ directory, relative: '' }, notice) };
}

interface Place {
  readonly directory: string;
  readonly relative: string;
}

async function* walk(top: Place, report: Report): AsyncGenerator<EvidenceFile> {
  // One generator for all folders: one within the other would hand every file up through all that are above it.
  const open: AsyncGenerator<Found>[] = [entriesOf(top, report)];
  try {
    for (let folder = open.at(-1); folder !== undefined; folder = open.at(-1)) {
      const next = await folder.next();
      if (next.done === true) {
        open.pop();
        continue;
      }
      const { path, relative, stats } = next.value;
      yield await evidenceFile(next.value, report);
      if (!stats.isDirectory()) continue;
      if (open.length <= MAX_DEPTH) open.push(entriesOf({ directory: path, relative }, report));
      else
        report({
          code: 'TOO_DEEP',
          message: `folders deeper than ${MAX_DEPTH} are not walked`,
          path: relative,
        });
    }
  } finally {
    for (const folder of open) await folder.return(undefined);
  }
}

async function* entriesOf(place: Place, report: Report): AsyncGenerator<Found> {
  for await (const names of batchesOf(place, report))
    for (const name of names) {
      const relative = place.relative === '' ? name : `${place.relative}/${name}`;
      const path = join(place.directory, name);
      const stats = await lstat(path).catch((error: unknown) => unreadable(relative, error, report));
      if (stats !== undefined) yield { path, relative, stats };
    }
}

/**
 * Names in order, so that two walks of the same folder tell the same story; of a folder with more than fit into memory,
 * one part after the other.
 */
async function* batchesOf(place: Place, report: Report): AsyncGenerator<readonly string[]> {
  let names: string[] = [];
  try {
    const folder = await opendir(place.directory, { bufferSize: NAMES_AT_ONCE });
    for await (const { name } of folder as AsyncIterable<Dirent>) {
      names.push(name);
      if (names.length < MOST_SORTED) continue;
      yield names.sort();
      names = [];
    }
  } catch (error) {
    unreadable(place.relative, error, report);
  }
  yield names.sort();
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
