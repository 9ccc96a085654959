const MAGIC = 0x377f0682;
const VERSION = 3_007_000;
const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;

/** The file is no write-ahead log, or not that of the database. */
export class UnusableLog extends Error {
  override readonly name = 'UnusableLog';
}

/** The two running sums that each frame continues (sqlite.org/fileformat2.html, 4.2). */
class Checksum {
  #first = 0;
  #second = 0;

  constructor(private readonly order: 'little' | 'big') {}

  add(bytes: Buffer): void {
    let [first, second] = [this.#first, this.#second];
    const isLittle = this.order === 'little';
    for (let at = 0; at + 8 <= bytes.length; at += 8) {
      first = (first + second + (isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at))) >>> 0;
      second = (second + first + (isLittle ? bytes.readUInt32LE(at + 4) : bytes.readUInt32BE(at + 4))) >>> 0;
    }
    [this.#first, this.#second] = [first, second];
  }

  isAt(bytes: Buffer, at: number): boolean {
    return bytes.readUInt32BE(at) === this.#first && bytes.readUInt32BE(at + 4) === this.#second;
  }
}

/**
 * The pages that transactions have written and no checkpoint has moved into the database yet, from the `-wal` file beside
 * it: by their numbers, the newest of each. What no commit follows, and what an earlier use of the file left behind, is
 * not among them, as it is not for the engine.
 */
export class WriteAheadLog {
  readonly pageBytes: number;
  readonly pages: ReadonlyMap<number, Buffer>;

  /** @throws UnusableLog where it is none */
  constructor(bytes: Buffer) {
    if (bytes.length < HEADER_BYTES || (bytes.readUInt32BE(0) & ~1) >>> 0 !== MAGIC)
      throw new UnusableLog('no write-ahead log of SQLite');
    const sum = new Checksum(bytes.readUInt32BE(0) === MAGIC ? 'little' : 'big');
    this.pageBytes = bytes.readUInt32BE(8);
    sum.add(bytes.subarray(0, 24));
    const isSize = this.pageBytes >= 512 && this.pageBytes <= 65_536;
    if (bytes.readUInt32BE(4) !== VERSION || !isSize || !sum.isAt(bytes, 24))
      throw new UnusableLog('a write-ahead log whose header makes no sense');
    this.pages = committed(bytes, this.pageBytes, sum);
  }
}

function committed(bytes: Buffer, pageBytes: number, sum: Checksum): ReadonlyMap<number, Buffer> {
  const pages = new Map<number, Buffer>();
  const open = new Map<number, Buffer>();
  const frameBytes = FRAME_HEADER_BYTES + pageBytes;
  const salts = bytes.subarray(16, 24);
  for (let at = HEADER_BYTES; at + frameBytes <= bytes.length; at += frameBytes) {
    const head = bytes.subarray(at, at + FRAME_HEADER_BYTES);
    const page = bytes.subarray(at + FRAME_HEADER_BYTES, at + frameBytes);
    sum.add(head.subarray(0, 8));
    sum.add(page);
    if (!head.subarray(8, 16).equals(salts) || !sum.isAt(head, 16)) break;
    open.set(head.readUInt32BE(0), page);
    if (head.readUInt32BE(4) === 0) continue;
    for (const [number, newest] of open) pages.set(number, newest);
    open.clear();
  }
  return pages;
}
