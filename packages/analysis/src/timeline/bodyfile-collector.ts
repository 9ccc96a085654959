import { factsOfFile, factsOfRow } from '../analyses/disk/file-facts.js';
import type { Analysis, HostFile, Visitor } from '../engine/analysis.js';
import { hostFile } from '../engine/host-file.js';
import type { Line } from '../engine/line.js';
import { LineSplitter } from '../engine/line-splitter.js';
import type { EvidenceReader } from '../evidence/evidence-file.js';
import { integer, TsvParser } from '../parsers/tsv.js';
import { bodyfileLine } from './bodyfile.js';

/** A collection without its list is damaged, and then what was walked is better than nothing. */
const MAX_KEPT = 200_000;
const LIST = 'meta/files.tsv';
/** Of a collection, not of the suspect. */
const OWN_FOLDERS = new Set(['fs', 'live', 'meta']);
const SECONDS = /^-?\d{1,12}(?:\.\d{1,12})?$/;

/**
 * Writes a bodyfile on the way. A collection lists the whole file system in `meta/files.tsv`, far more than it holds:
 * then the list is what is written, and not the walk, or every file would be told twice.
 */
class Collector {
  #listed = false;
  readonly #kept: string[] = [];

  constructor(private readonly write: (line: string) => void) {}

  visit(file: HostFile): Visitor | undefined {
    const line = this.lister(file);
    return line === undefined ? undefined : { wants: 'lines', line };
  }

  /** What takes the lines of the list; any other file is written down, or kept, at once. */
  lister(file: HostFile): ((line: Line) => void) | undefined {
    if (file.path === LIST) {
      this.#listed = true;
      return this.#list();
    }
    const facts = OWN_FOLDERS.has(file.path) ? undefined : factsOfFile(file);
    if (facts === undefined) return undefined;
    const line = bodyfileLine({ ...facts, gid: file.gid });
    // Only collections have their files there.
    if (!file.path.startsWith('fs/')) this.write(line);
    else if (this.#kept.length < MAX_KEPT) this.#kept.push(line);
    return undefined;
  }

  finish(): void {
    if (!this.#listed) for (const line of this.#kept) this.write(line);
  }

  #list(): (line: Line) => void {
    const parser = new TsvParser();
    return ({ text, number }) => {
      const row = parser.parse(text);
      const facts = row === undefined ? undefined : factsOfRow(row, { path: LIST, line: number });
      if (row === undefined || facts === undefined) return;
      const atime = SECONDS.test(row['atime'] ?? '') ? Number(row['atime']) : undefined;
      this.write(bodyfileLine({ ...facts, gid: integer(row['gid']), inode: integer(row['inode']), atime }));
    };
  }
}

/** As one analysis among others. What `write` throws loses the file at hand. */
export function bodyfileAnalysis(write: (line: string) => void): Analysis {
  return { id: 'timeline.bodyfile', begin: () => new Collector(write) };
}

/** The bodyfile of one piece of evidence, as it is read: of a million files, no more than a chunk is held. */
export async function* bodyfileOf(reader: EvidenceReader): AsyncGenerator<Uint8Array> {
  const lines: string[] = [];
  const collector = new Collector((line) => lines.push(line));
  const taken = () => Buffer.from(lines.splice(0).join(''));
  for await (const entry of reader.files(() => undefined)) {
    const file = hostFile(entry);
    const line = collector.lister(file);
    if (line !== undefined) {
      const splitter = new LineSplitter(line);
      for await (const bytes of file.content()) {
        splitter.push(bytes);
        yield taken();
      }
      splitter.end();
    }
    if (lines.length > 0) yield taken();
  }
  collector.finish();
  yield taken();
}
