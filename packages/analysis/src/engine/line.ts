/** Where a line lies in its file. */
export interface LinePlace {
  /** 1-based. */
  readonly number: number;
  /** Of its first byte in the (uncompressed) file. */
  readonly offsetBytes: number;
  /** It was longer than the splitter allows; the rest is dropped. */
  readonly cut: boolean;
}

/**
 * One line of a file: decoded only when somebody asks, because most lines of most logs interest nobody. Its bytes are
 * valid only during the call it comes with.
 */
export class Line {
  readonly number: number;
  readonly offsetBytes: number;
  readonly cut: boolean;
  readonly length: number;
  #text: string | undefined;

  /** The line lies in `source` from `start` to `end`, without its line end. */
  constructor(
    private readonly source: Buffer,
    private readonly start: number,
    private readonly end: number,
    place: LinePlace,
  ) {
    this.number = place.number;
    this.offsetBytes = place.offsetBytes;
    this.cut = place.cut;
    this.length = end - start;
  }

  /** The byte at a place in the line; beyond its end, what follows in the file, or undefined. */
  byte(at: number): number | undefined {
    return this.source[this.start + at];
  }

  /** Where a byte is next, from a place in the line on; -1 when the line has none. */
  indexOf(byte: number, from: number): number {
    const { source, start, end } = this;
    for (let at = start + from; at < end; at += 1) if (source[at] === byte) return at - start;
    return -1;
  }

  /** A piece, one character a byte. */
  latin1(from: number, to: number): string {
    return this.source.toString('latin1', this.start + from, Math.min(this.end, this.start + to));
  }

  /** From a place on, by default to the end of the line. */
  utf8(from: number, to: number = this.length): string {
    return this.source.toString('utf8', this.start + from, Math.min(this.end, this.start + to));
  }

  get text(): string {
    this.#text ??= this.source.toString('utf8', this.start, this.end);
    return this.#text;
  }
}
