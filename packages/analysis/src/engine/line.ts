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
 * One line of a file: decoded only when somebody asks, because most lines of most logs interest nobody. It is valid only
 * during the call it comes with: the next line of the file is the same object over other bytes, or a log of ten million
 * lines would be ten million objects.
 */
export class Line implements LinePlace {
  #source: Buffer;
  #start: number;
  #end: number;
  #number: number;
  #offsetBytes: number;
  #cut: boolean;
  #text: string | undefined;

  /** The line lies in `source` from `start` to `end`, without its line end. */
  constructor(source: Buffer, start: number, end: number, place: LinePlace) {
    this.#source = source;
    this.#start = start;
    this.#end = end;
    this.#number = place.number;
    this.#offsetBytes = place.offsetBytes;
    this.#cut = place.cut;
  }

  get number(): number {
    return this.#number;
  }

  get offsetBytes(): number {
    return this.#offsetBytes;
  }

  get cut(): boolean {
    return this.#cut;
  }

  get length(): number {
    return this.#end - this.#start;
  }

  get text(): string {
    this.#text ??= this.#source.toString('utf8', this.#start, this.#end);
    return this.#text;
  }

  /** Becomes the line after it. For whoever cuts the lines, who says then where it lies. */
  moveTo(source: Buffer, start: number, end: number): void {
    this.#source = source;
    this.#start = start;
    this.#end = end;
    this.#number += 1;
    this.#text = undefined;
  }

  lies(offsetBytes: number, cut: LinePlace['cut']): this {
    this.#offsetBytes = offsetBytes;
    this.#cut = cut;
    return this;
  }

  /** What it lies in, for whoever reads every byte: the line is `bytes` from `start` to `end`. */
  get bytes(): Buffer {
    return this.#source;
  }

  get start(): number {
    return this.#start;
  }

  get end(): number {
    return this.#end;
  }

  /** The byte at a place in the line; beyond its end, what follows in the file, or undefined. */
  byte(at: number): number | undefined {
    return this.#source[this.#start + at];
  }

  /** Where a byte is next, from a place in the line on; -1 when the line has none. */
  indexOf(byte: number, from: number): number {
    const source = this.#source;
    const start = this.#start;
    const end = this.#end;
    for (let at = start + from; at < end; at += 1) if (source[at] === byte) return at - start;
    return -1;
  }

  /** Whether these bytes stand at a place of the line. */
  has(bytes: Uint8Array, at: number): boolean {
    const from = this.#start + at;
    if (at < 0 || from + bytes.length > this.#end) return false;
    const source = this.#source;
    for (let index = 0; index < bytes.length; index += 1)
      if (source[from + index] !== bytes[index]) return false;
    return true;
  }

  /** Whether a piece, decoded, is this text: certain for ASCII, otherwise false. */
  says(text: string, from: number, to: number): boolean {
    if (text.length !== to - from) return false;
    const source = this.#source;
    const start = this.#start + from;
    for (let index = 0; index < text.length; index += 1) {
      const byte = source[start + index] ?? 0;
      if (byte >= 0x80 || byte !== text.charCodeAt(index)) return false;
    }
    return true;
  }

  /** A piece, one character a byte. */
  latin1(from: number, to: number): string {
    return this.#source.toString('latin1', this.#start + from, Math.min(this.#end, this.#start + to));
  }

  /** From a place on, by default to the end of the line. */
  utf8(from: number, to: number = this.length): string {
    return this.#source.toString('utf8', this.#start + from, Math.min(this.#end, this.#start + to));
  }
}
