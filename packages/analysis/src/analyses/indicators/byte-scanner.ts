import { type Needle, standsAlone } from './needles.js';

/** One place where a needle stands. */
export interface Hit {
  readonly needle: Needle;
  readonly offsetBytes: number;
  /** 1-based; counted only for scanners of text. */
  readonly line: number;
  /** The bytes around it. */
  readonly context: Buffer;
}

/** Room to join a carry and a chunk, used again for every chunk of every file: one file is read at a time. */
export class Scratch {
  #room = Buffer.alloc(0);

  join(first: Uint8Array, second: Uint8Array): Buffer {
    const length = first.length + second.length;
    if (this.#room.length < length) this.#room = Buffer.allocUnsafe(2 ** Math.ceil(Math.log2(length)));
    this.#room.set(first, 0);
    this.#room.set(second, first.length);
    return this.#room.subarray(0, length);
  }
}

const NEWLINE = 0x0a;
const CONTEXT_BYTES = 160;

/**
 * Looks for needles in a stream of any length, in memory bounded by one chunk. A needle that lies across two
 * chunks is found, and no place is told twice.
 */
export class ByteScanner {
  #carry: Buffer = Buffer.alloc(0);
  #carryStart = 0;
  #lines = 1;
  /** Where lines have been counted to. */
  #countedTo = 0;
  readonly #keepBytes: number;

  constructor(
    private readonly needles: readonly Needle[],
    private readonly take: (hit: Hit) => void,
    private readonly scratch: Scratch = new Scratch(),
  ) {
    this.#keepBytes = Math.max(0, ...needles.map(({ bytes }) => bytes.length)) + 2;
  }

  push(chunk: Uint8Array): void {
    const bytes = this.scratch.join(this.#carry, chunk);
    const limit = Math.max(0, bytes.length - this.#keepBytes);
    this.#scan(bytes, limit);
    this.#countLines(bytes, limit);
    this.#carryStart += limit;
    this.#carry = Buffer.from(bytes.subarray(limit));
    // The byte before the carry decides whether a hit at its start stands alone.
    this.#before = limit > 0 ? bytes[limit - 1] : this.#before;
  }

  end(): void {
    this.#scan(this.#carry, this.#carry.length);
    this.#carry = Buffer.alloc(0);
  }

  #before: number | undefined;

  /** Tells hits that begin before `limit`; later ones are seen again with the next chunk. */
  #scan(bytes: Buffer, limit: number): void {
    const hits: { readonly at: number; readonly needle: Needle }[] = [];
    for (const needle of this.needles) {
      for (
        let at = bytes.indexOf(needle.bytes);
        at !== -1 && at < limit;
        at = bytes.indexOf(needle.bytes, at + 1)
      ) {
        const before = at === 0 ? this.#before : bytes[at - 1];
        const end = at + needle.bytes.length;
        if (standsAlone(needle, { before, after: bytes[end], next: bytes[end + 1] }))
          hits.push({ at, needle });
      }
    }
    hits.sort((a, b) => a.at - b.at);
    for (const { at, needle } of hits) this.#tell(bytes, at, needle);
  }

  #tell(bytes: Buffer, at: number, needle: Needle): void {
    this.#countLines(bytes, at);
    const from = Math.max(0, bytes.lastIndexOf(NEWLINE, at) + 1, at - CONTEXT_BYTES);
    const lineEnd = bytes.indexOf(NEWLINE, at);
    const to = Math.min(lineEnd === -1 ? bytes.length : lineEnd, at + CONTEXT_BYTES);
    this.take({
      needle,
      offsetBytes: this.#carryStart + at,
      line: this.#lines,
      context: Buffer.from(bytes.subarray(from, to)),
    });
  }

  #countLines(bytes: Buffer, to: number): void {
    const end = this.#carryStart + to;
    let at = bytes.indexOf(NEWLINE, this.#countedTo - this.#carryStart);
    while (at !== -1 && this.#carryStart + at < end) {
      this.#lines += 1;
      at = bytes.indexOf(NEWLINE, at + 1);
    }
    this.#countedTo = Math.max(this.#countedTo, end);
  }
}
