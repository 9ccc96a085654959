import { Line } from './line.js';

/** A log line longer than this is hostile or binary; what is beyond is dropped, and the line says so. */
export const MAX_LINE_BYTES = 64 * 1024;

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** Cuts chunks into lines, in memory bounded by one line. LF and CRLF end a line. */
export class LineSplitter {
  #rest: Buffer[] = [];
  #restBytes = 0;
  #restStart = 0;
  #dropped = false;
  #number = 0;
  #position = 0;

  constructor(
    private readonly take: (line: Line) => void,
    private readonly maxLineBytes: number = MAX_LINE_BYTES,
  ) {}

  push(chunk: Uint8Array): void {
    const buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let start = 0;
    for (let end = buffer.indexOf(NEWLINE); end !== -1; end = buffer.indexOf(NEWLINE, start)) {
      this.#endLine(buffer, start, end);
      start = end + 1;
    }
    if (start < buffer.length) this.#keep(buffer.subarray(start), this.#position + start);
    this.#position += buffer.length;
  }

  /** The last line, when it has no line end. */
  end(): void {
    if (this.#restBytes > 0 || this.#dropped) this.#endLine(Buffer.alloc(0), 0, 0);
  }

  #endLine(buffer: Buffer, start: number, end: number): void {
    if (this.#restBytes === 0 && !this.#dropped) {
      this.#emit(buffer.subarray(start, end), this.#position + start);
      return;
    }
    const tail = buffer.subarray(start, end);
    this.#keep(tail, this.#position + start);
    const whole = this.#rest.length === 1 ? (this.#rest[0] ?? tail) : Buffer.concat(this.#rest);
    const offset = this.#restStart;
    const dropped = this.#dropped;
    this.#rest = [];
    this.#restBytes = 0;
    this.#dropped = false;
    this.#emit(whole, offset, dropped);
  }

  #keep(piece: Buffer, offset: number): void {
    if (this.#restBytes === 0) this.#restStart = offset;
    const room = this.maxLineBytes - this.#restBytes;
    if (piece.length > room) this.#dropped = true;
    const kept = piece.subarray(0, Math.max(0, room));
    if (kept.length > 0) this.#rest.push(Buffer.from(kept));
    this.#restBytes += kept.length;
  }

  #emit(bytes: Buffer, offset: number, dropped: boolean = false): void {
    this.#number += 1;
    const cut = dropped || bytes.length > this.maxLineBytes;
    const limited = bytes.subarray(0, this.maxLineBytes);
    const end =
      limited.length > 0 && limited[limited.length - 1] === RETURN ? limited.length - 1 : limited.length;
    this.take(new Line(limited.subarray(0, end), this.#number, offset, cut));
  }
}
