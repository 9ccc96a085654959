import { Line } from './line.js';

/** A log line longer than this is hostile or binary; what is beyond is dropped, and the line says so. */
export const MAX_LINE_BYTES = 64 * 1024;

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const NOTHING = Buffer.alloc(0);

/** Cuts chunks into lines, in memory bounded by one line. LF and CRLF end a line. */
export class LineSplitter {
  /** The beginning of a line whose end has not come yet. */
  #rest: Buffer[] = [];
  #restBytes = 0;
  #restStart = 0;
  #dropped = false;
  #position = 0;
  readonly #line = new Line(NOTHING, 0, 0, { number: 0, offsetBytes: 0, cut: false });

  constructor(
    private readonly take: (line: Line) => void,
    private readonly maxLineBytes: number = MAX_LINE_BYTES,
  ) {}

  push(chunk: Uint8Array): void {
    const buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let start = 0;
    for (let end = buffer.indexOf(NEWLINE); end !== -1; end = buffer.indexOf(NEWLINE, start)) {
      if (this.#restBytes > 0 || this.#dropped) this.#endRest(buffer.subarray(start, end));
      else this.#emit(buffer, start, end);
      start = end + 1;
    }
    if (start < buffer.length) this.#keep(buffer.subarray(start), this.#position + start);
    this.#position += buffer.length;
  }

  /** The last line, when it has no line end. */
  end(): void {
    if (this.#restBytes > 0 || this.#dropped) this.#endRest(NOTHING);
  }

  #endRest(tail: Buffer): void {
    this.#keep(tail, 0);
    const whole = Buffer.concat(this.#rest);
    const cut = this.#dropped;
    this.#rest = [];
    this.#restBytes = 0;
    this.#dropped = false;
    this.#line.moveTo(whole, 0, endWithoutReturn(whole, 0, whole.length));
    this.take(this.#line.lies(this.#restStart, cut));
  }

  #keep(piece: Buffer, offset: number): void {
    if (this.#restBytes === 0) this.#restStart = offset;
    const room = this.maxLineBytes - this.#restBytes;
    if (piece.length > room) this.#dropped = true;
    const kept = piece.subarray(0, Math.max(0, room));
    // A copy: readers may reuse their buffers.
    if (kept.length > 0) this.#rest.push(Buffer.from(kept));
    this.#restBytes += kept.length;
  }

  #emit(buffer: Buffer, start: number, end: number): void {
    const cut = end - start > this.maxLineBytes;
    this.#line.moveTo(buffer, start, endWithoutReturn(buffer, start, cut ? start + this.maxLineBytes : end));
    this.take(this.#line.lies(this.#position + start, cut));
  }
}

function endWithoutReturn(buffer: Buffer, start: number, end: number): number {
  return end > start && buffer[end - 1] === RETURN ? end - 1 : end;
}
