import { gzipSync } from 'node:zlib';
import { type Header, pack } from 'tar-stream';
import type { EvidenceFile, EvidenceReader, Notice } from '../../src/evidence/evidence-file.js';

export interface Entry {
  readonly name: string;
  readonly body?: string | Buffer;
  readonly header?: Partial<Header>;
}

/** A tar of these entries, as bytes. */
export async function tarOf(entries: readonly Entry[]): Promise<Buffer> {
  const archive = pack();
  for (const { name, body = '', header } of entries) {
    archive.entry({ name, mtime: new Date('2026-11-20T03:00:00Z'), ...header }, body);
  }
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks);
}

export async function tarGzOf(entries: readonly Entry[]): Promise<Buffer> {
  return gzipSync(await tarOf(entries));
}

/** Bytes as a stream of chunks of this size. */
export async function* inChunks(bytes: Uint8Array, size = 1000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

export interface ReadFile {
  readonly file: EvidenceFile;
  readonly text: string;
}

/** Walks all, reading every file. */
export async function readAll(
  reader: EvidenceReader,
): Promise<{ readonly files: readonly ReadFile[]; readonly notices: readonly Notice[] }> {
  const files: ReadFile[] = [];
  const notices: Notice[] = [];
  for await (const file of reader.files((notice) => notices.push(notice))) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of file.content()) chunks.push(Uint8Array.from(chunk));
    files.push({ file, text: Buffer.concat(chunks).toString('utf8') });
  }
  return { files, notices };
}

/** Evidence in memory: path -> content. */
export function memoryReader(
  files: { readonly [path: string]: string | Uint8Array },
  mtime?: number,
): EvidenceReader {
  return {
    async *files() {
      for (const [path, content] of Object.entries(files)) {
        const bytes = typeof content === 'string' ? Buffer.from(content) : content;
        yield {
          path,
          type: 'file' as const,
          sizeBytes: bytes.length,
          ...(mtime === undefined ? {} : { mtime }),
          content: () => inChunks(bytes, 777),
        };
      }
    },
  };
}
