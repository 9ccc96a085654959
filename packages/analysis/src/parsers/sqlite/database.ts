import { DamagedDatabase, type Value, valuesOf, varint } from './record.js';
import { UnusableLog, type WriteAheadLog } from './write-ahead-log.js';

const MAGIC = 'SQLite format 3\0';
const HEADER_BYTES = 100;
const INTERIOR = 5;
const LEAF = 13;
const MOST_PAYLOAD_BYTES = 1024 * 1024;
const ENCODINGS: readonly BufferEncoding[] = ['utf8', 'utf8', 'utf16le'];

/** A row, its columns by name as the table was made, and its number. */
export interface DatabaseRow {
  readonly rowId: number;
  column(name: string): Value;
}

/**
 * Reads the tables of an SQLite file that lies in memory, with what its write-ahead log holds. Nothing of a suspect's file is given to a database engine: pages
 * are read as the format's own description has them (sqlite.org/fileformat2.html), each once, so that loops end.
 *
 * @throws DamagedDatabase where it is none, UnusableLog where the log is another's
 */
export class Database {
  readonly #pageBytes: number;
  readonly #usableBytes: number;
  readonly #encoding: BufferEncoding;

  constructor(
    private readonly bytes: Buffer,
    private readonly log?: WriteAheadLog,
  ) {
    // Where the log has the first page, the file may hold nothing yet.
    const head = log?.pages.get(1) ?? bytes;
    if (!hasHeader(head)) throw new DamagedDatabase('no SQLite database');
    this.#pageBytes = pageBytesOf(head);
    this.#usableBytes = this.#pageBytes - (head[20] ?? 0);
    const encoding = ENCODINGS[head.readUInt32BE(56)];
    const sizes = [head, ...(hasHeader(bytes) ? [bytes] : [])].map(pageBytesOf);
    if (log !== undefined && sizes.some((size) => size !== log.pageBytes))
      throw new UnusableLog('a write-ahead log of another database');
    if (this.#pageBytes < 512 || this.#usableBytes < 480 || encoding === undefined)
      throw new DamagedDatabase('an SQLite header that makes no sense');
    this.#encoding = encoding;
  }

  /** Rows of a table, in the order of their numbers; none when there is no such table. */
  *rows(table: string): Generator<DatabaseRow> {
    for (const [type, name, , root, sql] of this.#records(1)) {
      if (type !== 'table' || typeof name !== 'string' || typeof root !== 'number') continue;
      if (name.toLowerCase() !== table.toLowerCase()) continue;
      const places = placesOf(typeof sql === 'string' ? sql : '');
      for (const { rowId, values } of this.#numbered(root))
        yield { rowId, column: (wanted) => values[places.get(wanted.toLowerCase()) ?? -1] ?? null };
      return;
    }
  }

  *#records(root: number): Generator<readonly Value[]> {
    for (const { values } of this.#numbered(root)) yield values;
  }

  *#numbered(root: number): Generator<{ readonly rowId: number; readonly values: readonly Value[] }> {
    const seen = new Set<number>();
    const waiting = [root];
    for (let number = waiting.pop(); number !== undefined; number = waiting.pop()) {
      if (seen.has(number)) throw new DamagedDatabase('pages that lead back to themselves');
      seen.add(number);
      const page = this.#page(number);
      const at = number === 1 ? HEADER_BYTES : 0;
      const cells = this.#cells(page, at);
      if (page[at] === INTERIOR) {
        const children = cells.map((cell) => page.readUInt32BE(cell));
        waiting.push(page.readUInt32BE(at + 8), ...children.reverse());
      } else if (page[at] === LEAF) {
        for (const cell of cells) yield this.#row(page, cell);
      } else throw new DamagedDatabase('a page that is none of a table');
    }
  }

  #page(number: number): Buffer {
    const newer = this.log?.pages.get(number);
    if (newer !== undefined) return newer;
    const start = (number - 1) * this.#pageBytes;
    const page = this.bytes.subarray(Math.max(0, start), start + this.#pageBytes);
    if (number < 1 || page.length < this.#pageBytes) throw new DamagedDatabase('a page that is not there');
    return page;
  }

  #cells(page: Buffer, at: number): number[] {
    const first = at + (page[at] === INTERIOR ? 12 : 8);
    const count = page.readUInt16BE(at + 3);
    if (first + 2 * count > page.length) throw new DamagedDatabase('more cells than a page holds');
    const cells = Array.from({ length: count }, (_, index) => page.readUInt16BE(first + 2 * index));
    if (cells.some((cell) => cell + 4 > page.length)) throw new DamagedDatabase('a cell outside its page');
    return cells;
  }

  #row(page: Buffer, cell: number) {
    const size = varint(page, cell);
    const rowId = varint(page, size.next);
    const payload = this.#payload(page, rowId.next, size.value);
    return { rowId: rowId.value, values: valuesOf(payload, this.#encoding) };
  }

  /** What does not fit into the page goes on in a chain of others. */
  #payload(page: Buffer, at: number, sizeBytes: number): Buffer {
    if (sizeBytes > MOST_PAYLOAD_BYTES) throw new DamagedDatabase('a row that is too long');
    const usable = this.#usableBytes;
    const most = usable - 35;
    if (sizeBytes <= most) return page.subarray(at, at + sizeBytes);
    const least = Math.floor(((usable - 12) * 32) / 255) - 23;
    const wanted = least + ((sizeBytes - least) % (usable - 4));
    const local = wanted <= most ? wanted : least;
    const pieces = [page.subarray(at, at + local)];
    let next = at + local + 4 <= page.length ? page.readUInt32BE(at + local) : 0;
    for (let left = sizeBytes - local; left > 0 && next !== 0; left -= usable - 4) {
      const overflow = this.#page(next);
      pieces.push(overflow.subarray(4, 4 + Math.min(left, usable - 4)));
      next = overflow.readUInt32BE(0);
    }
    return Buffer.concat(pieces);
  }
}

function hasHeader(bytes: Buffer): boolean {
  return bytes.length >= HEADER_BYTES && bytes.toString('latin1', 0, MAGIC.length) === MAGIC;
}

function pageBytesOf(header: Buffer): number {
  const size = header.readUInt16BE(16);
  return size === 1 ? 65_536 : size;
}

/** Where each column stands, by the statement that made the table. */
function placesOf(sql: string): ReadonlyMap<string, number> {
  const inner = sql.slice(sql.indexOf('(') + 1, sql.lastIndexOf(')'));
  const names = inner.split(',').map((part) => /[A-Za-z_]\w{0,63}/.exec(part)?.[0] ?? '');
  return new Map(names.map((name, place) => [name.toLowerCase(), place]));
}
