import type { EvidenceFile, EvidenceReader, Notice } from './evidence-file.js';
import { safePath } from './safe-path.js';

/** One object of a store, as it is listed. Its key is whatever somebody called it. */
export interface ListedObject {
  readonly key: string;
  readonly sizeBytes: number;
  readonly modifiedAt?: Date | undefined;
}

/** A store of objects: S3, or what looks like it. */
export interface ObjectSource {
  /** Whose keys begin with the prefix, page by page as they are wanted. */
  list(prefix: string): AsyncIterable<ListedObject>;
  read(key: string): AsyncIterable<Uint8Array>;
}

type Report = (notice: Notice) => void;

/**
 * Reads the objects below a prefix as evidence, each when it is wanted. Keys become relative paths; `..` in them leads
 * nowhere, and is told. Where the listing fails the walk ends with a notice, and an object that cannot be read is told.
 */
export function objectReader(source: ObjectSource, prefix: string): EvidenceReader {
  return { files: (notice) => walk(source, prefix, notice) };
}

async function* walk(source: ObjectSource, prefix: string, report: Report): AsyncGenerator<EvidenceFile> {
  try {
    for await (const object of source.list(prefix)) {
      const file = evidenceFile(object, { source, prefix, report });
      if (file !== undefined) yield file;
    }
  } catch (error) {
    report({ code: 'LISTING_FAILED', message: messageOf(error), path: prefix });
  }
}

interface Place {
  readonly source: ObjectSource;
  readonly prefix: string;
  readonly report: Report;
}

function evidenceFile(
  { key, sizeBytes, modifiedAt }: ListedObject,
  { source, prefix, report }: Place,
): EvidenceFile | undefined {
  // Whoever makes a folder in a console leaves an empty object behind.
  if (key.endsWith('/') && sizeBytes === 0) return undefined;
  const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  const { path, odd } = safePath(key.slice(folder.length));
  if (odd || path === '')
    report({ code: 'ODD_PATH', message: 'a key names a place outside its prefix', path: key });
  if (path === '') return undefined;
  return {
    path,
    type: 'file',
    sizeBytes,
    ...(modifiedAt === undefined ? {} : { mtime: modifiedAt.getTime() / 1000 }),
    content: () => content(source.read(key), path, report),
  };
}

async function* content(
  bytes: AsyncIterable<Uint8Array>,
  path: string,
  report: Report,
): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes;
  } catch (error) {
    report({ code: 'UNREADABLE', message: messageOf(error), path });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
