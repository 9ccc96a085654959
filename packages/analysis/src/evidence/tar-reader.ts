import { Readable } from 'node:stream';
import { extract, type Header } from 'tar-stream';
import { decompress } from './decompress.js';
import type { EvidenceFile, EvidenceFileType, EvidenceReader, Notice } from './evidence-file.js';
import { PaxAttributes } from './pax-attributes.js';
import { safePath } from './safe-path.js';

type Report = (notice: Notice) => void;

/**
 * Reads a tar, plain or compressed with gzip, zstd, xz or bzip2, once, as it comes. Hostile entries (`..`, absolute
 * names, sizes that are not there) are told as notices; a damaged archive ends the walk with one.
 */
export function tarReader(stream: AsyncIterable<Uint8Array>): EvidenceReader {
  return { files: (notice) => entries(stream, notice) };
}

async function* entries(stream: AsyncIterable<Uint8Array>, report: Report): AsyncGenerator<EvidenceFile> {
  const attributes = new PaxAttributes();
  const input = Readable.from(readAlong(decompress(stream), attributes));
  const archive = extract();
  input.on('error', (error) => archive.destroy(error));
  try {
    for await (const entry of input.pipe(archive)) {
      const { header } = entry;
      const capability = attributes.capability(byteOffsetOf(header));
      const file = evidenceFile({ header, capability }, entry, report);
      if (file !== undefined) yield file;
      entry.resume();
    }
  } catch (error) {
    report({ code: 'ARCHIVE_DAMAGED', message: error instanceof Error ? error.message : String(error) });
  } finally {
    input.destroy();
    archive.destroy();
  }
}

async function* readAlong(
  stream: AsyncIterable<Uint8Array>,
  attributes: PaxAttributes,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of stream) {
    attributes.push(chunk);
    yield chunk;
  }
}

/** Where the entry's data begin; the library's types do not have it. */
function byteOffsetOf(header: Header): number | undefined {
  return 'byteOffset' in header && typeof header.byteOffset === 'number' ? header.byteOffset : undefined;
}

interface Entry {
  readonly header: Header;
  readonly capability: Uint8Array | undefined;
}

function evidenceFile(
  { header, capability }: Entry,
  body: AsyncIterable<unknown>,
  report: Report,
): EvidenceFile | undefined {
  const { path, odd } = safePath(header.name);
  if (odd)
    report({ code: 'ODD_PATH', message: 'an entry names a place outside the archive', path: header.name });
  if (path === '') return undefined;
  const type = typeOf(header);
  return {
    path,
    type,
    sizeBytes: type === 'file' ? (header.size ?? 0) : 0,
    ...optional('mode', header.mode === undefined ? undefined : header.mode & 0o7777),
    ...optional('uid', header.uid),
    ...optional('gid', header.gid),
    ...optional('mtime', header.mtime && header.mtime.getTime() / 1000),
    ...optional('linkTarget', header.linkname ?? undefined),
    ...optional('capability', capability),
    content: () => (type === 'file' ? chunks(body, path, report) : nothing()),
  };
}

function typeOf(header: Header): EvidenceFileType {
  const { type } = header;
  if (type === 'directory' || type === 'symlink') return type;
  if (type === 'link') return 'hardlink';
  return type === 'file' || type === 'contiguous-file' || type == null ? 'file' : 'special';
}

function optional<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  // The computed key has exactly the type K.
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]: V });
}

/** Never leaves the body half read: closing it early would end the whole archive. */
async function* chunks(
  body: AsyncIterable<unknown>,
  path: string,
  report: Report,
): AsyncGenerator<Uint8Array> {
  const iterator = body[Symbol.asyncIterator]();
  let done = false;
  const next = async (): Promise<unknown> => {
    const result = await iterator.next();
    done = result.done === true;
    return result.value;
  };
  try {
    for (let chunk = await next(); !done; chunk = await next()) yield chunk as Uint8Array; // Buffers
  } catch (error) {
    done = true;
    report({
      code: 'CONTENT_DAMAGED',
      message: error instanceof Error ? error.message : String(error),
      path,
    });
  } finally {
    while (!done) await next().catch(() => (done = true));
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
