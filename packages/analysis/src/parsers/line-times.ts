import type { Line } from '../engine/line.js';
import { type StampOptions, StampReader, stampEnd } from './stamp-reader.js';
import { SyslogParser } from './syslog.js';

const LESS_THAN = 0x3c;

/** Only when: cheap, for every line of a system log. */
export class LineTimes {
  /** Of the last line that had a time, in milliseconds since the epoch, UTC. */
  atMs = 0;
  readonly #stamps: StampReader;
  readonly #parser: SyslogParser;

  constructor(options: StampOptions) {
    this.#stamps = new StampReader(options);
    this.#parser = new SyslogParser(options);
  }

  /** False when the line does not say. */
  read(line: Line): boolean {
    if (this.#stamps.read(line, stampEnd(line))) {
      this.atMs = this.#stamps.atMs;
      return true;
    }
    const record = mayBegin(line.byte(0) ?? 0) ? this.#parser.parse(line.text) : undefined;
    if (record !== undefined) this.atMs = record.atMs;
    return record !== undefined;
  }
}

/** A priority, a month or a year. */
function mayBegin(byte: number): boolean {
  return byte === LESS_THAN || (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a);
}
