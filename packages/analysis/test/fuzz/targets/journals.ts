import { gunzipSync } from 'node:zlib';
import { JournalParser } from '../../../src/parsers/journal/journal-parser.js';
import { aligned, OBJECT, readHeader } from '../../../src/parsers/journal/layout.js';
import { recompressed } from '../../parsers/recompress-journal.js';
import { type FuzzTarget, fixture } from '../fuzz-target.js';

/** The hash tables, which nobody reads here: almost all changes would be in them. */
const TABLES = [4, 5];
const MOST_BYTES = 24_000;

function* objects(bytes: Buffer, from: number): Generator<Buffer> {
  for (let at = from; at + 16 <= bytes.length; ) {
    const sizeBytes = Number(bytes.readBigUInt64LE(at + 8));
    if (sizeBytes === 0) return;
    yield bytes.subarray(at, at + aligned(sizeBytes));
    at += aligned(sizeBytes);
  }
}

/** The entry's fields lie so much nearer to the beginning. */
function moved(entry: Buffer, options: { readonly isCompact: boolean; readonly by: number }): Buffer {
  const copy = Buffer.from(entry);
  const end = Number(copy.readBigUInt64LE(8));
  for (let at = 64; at < end; at += options.isCompact ? 4 : 16)
    if (options.isCompact) copy.writeUInt32LE(copy.readUInt32LE(at) - options.by, at);
    else copy.writeBigUInt64LE(copy.readBigUInt64LE(at) - BigInt(options.by), at);
  return copy;
}

function beginOfJournal(bytes: Buffer): Buffer {
  const header = readHeader(bytes);
  if (typeof header === 'string') throw new Error(header);
  const { headerBytes, isCompact } = header;
  const pieces = [bytes.subarray(0, headerBytes)];
  let [by, length] = [0, headerBytes];
  for (const object of objects(bytes, headerBytes)) {
    const type = object.readUInt8(0);
    if (TABLES.includes(type)) by += object.length;
    else {
      pieces.push(type === OBJECT.entry ? moved(object, { isCompact, by }) : object);
      length += object.length;
    }
    if (length > MOST_BYTES) break;
  }
  return Buffer.concat(pieces);
}

const journal = (name: string, bytes: () => Buffer): FuzzTarget => ({
  name: `journal, ${name}`,
  seed: () => beginOfJournal(bytes()),
  run(changed) {
    const parser = new JournalParser({ entry: () => undefined });
    for (let at = 0; at < changed.length; at += 4096) parser.push(changed.subarray(at, at + 4096));
  },
});

const whole = (name: string) => gunzipSync(fixture(`${name}.journal.gz`));

export const targets: readonly FuzzTarget[] = [
  ...['plain', 'compact', 'zstd', 'zstd-compact'].map((name) => journal(name, () => whole(name))),
  ...(['lz4', 'xz'] as const).map((kind) => journal(kind, () => recompressed(whole('plain'), kind).bytes)),
];
