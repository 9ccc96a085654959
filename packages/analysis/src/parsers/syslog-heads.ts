import type { Line } from '../engine/line.js';
import { type StampOptions, StampReader, stampEnd } from './stamp-reader.js';
import type { SyslogRecord } from './syslog.js';
import { hashed, type Interested, type InterestIndex, isWanted, type Wanted } from './syslog-interest.js';

/** `odd`: not what syslog daemons usually write; the parser of texts knows more. */
export type HeadReading = 'wanted' | 'unwanted' | 'odd';

const SPACE = 0x20;
const SLASH = 0x2f;
const COLON = 0x3a;
const OPEN = 0x5b;
const CLOSE = 0x5d;
const LONGEST_TAG = 256;
const LONGEST_PID = 10;

/**
 * Reads the head of one line after the other, from its bytes, as `SyslogParser` reads it from the text: most lines are
 * nothing that anybody wants, and cost neither a string nor an object.
 */
export class SyslogHeads<Listener extends Interested> {
  readonly #stamps: StampReader;
  #wanted: Wanted<Listener> | undefined;
  #messageAt = 0;
  #hostAt = 0;
  #hostEnd = 0;
  #nameAt = 0;
  #nameEnd = 0;
  #hash = 0;
  #host = '';

  constructor(
    private readonly index: InterestIndex<Listener>,
    options: StampOptions,
  ) {
    this.#stamps = new StampReader(options);
  }

  /** The rest is about the last line that was `wanted`. */
  read(line: Line): HeadReading {
    const end = stampEnd(line);
    if (end < 0) return 'odd';
    this.#hostAt = end + 1;
    this.#hostEnd = line.indexOf(SPACE, end + 1);
    const colon = this.#hostEnd < 0 ? -1 : this.#readTag(line);
    if (colon < 0) return 'odd';
    const wanted = this.index.find(line, this.#nameAt, this.#nameEnd, this.#hash);
    this.#messageAt = colon + 2;
    if (wanted === undefined || this.#messageAt >= line.length) return 'unwanted';
    if (!isWanted(wanted, line.byte(this.#messageAt) ?? 0)) return 'unwanted';
    this.#wanted = wanted;
    return this.#stamps.read(line, end) ? 'wanted' : 'odd';
  }

  get atMs(): number {
    return this.#stamps.atMs;
  }

  get program(): string {
    return this.#wanted?.program ?? '';
  }

  get listeners(): readonly Listener[] {
    return this.#wanted?.listeners ?? [];
  }

  get messageAt(): number {
    return this.#messageAt;
  }

  /** The whole of it. */
  record(line: Line): SyslogRecord {
    return {
      atMs: this.atMs,
      host: this.#hostOf(line),
      program: this.program,
      pid: this.#pid(line),
      message: line.utf8(this.#messageAt),
    };
  }

  /** `/usr/sbin/cron[42]: `: gives the place of the colon, or -1 when a tag does not look like that. */
  #readTag(line: Line): number {
    const { bytes, start } = line;
    const from = start + this.#hostEnd + 1;
    const end = Math.min(line.end, from + LONGEST_TAG);
    let nameAt = from;
    let hash = 0;
    let at = from;
    for (; at < end; at += 1) {
      const byte = bytes[at] ?? 0;
      if (byte === OPEN || byte === COLON) break;
      hash = byte === SLASH ? 0 : hashed(hash, byte);
      if (byte === SLASH) nameAt = at + 1;
    }
    if (at >= end) return -1;
    this.#nameAt = nameAt - start;
    this.#nameEnd = at - start;
    this.#hash = hash;
    const colon = bytes[at] === OPEN ? afterPid(line, at - start) : at - start;
    const isEnd = colon + 1 === line.length || bytes[start + colon + 1] === SPACE;
    return colon > 0 && isEnd ? colon : -1;
  }

  #pid(line: Line): number | undefined {
    if (line.byte(this.#nameEnd) !== OPEN) return undefined;
    let pid = 0;
    for (let at = this.#nameEnd + 1; at < this.#messageAt - 3; at += 1)
      pid = pid * 10 + (line.byte(at) ?? 0) - 0x30;
    return pid;
  }

  /** Nearly always the same as before. */
  #hostOf(line: Line): string {
    if (!line.says(this.#host, this.#hostAt, this.#hostEnd))
      this.#host = line.utf8(this.#hostAt, this.#hostEnd);
    return this.#host;
  }
}

/** The colon of `[42]:`, or -1. */
function afterPid(line: Line, openAt: number): number {
  const { bytes, start } = line;
  const open = start + openAt;
  let at = open + 1;
  for (; at <= open + LONGEST_PID; at += 1) {
    const digit = (bytes[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) break;
  }
  const isPid = at > open + 1 && bytes[at] === CLOSE && bytes[at + 1] === COLON;
  return isPid && at + 1 < line.end ? at + 1 - start : -1;
}
