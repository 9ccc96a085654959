import type { Line } from '../engine/line.js';
import { DAY_MS, monthOf, withYear, ZoneClock } from './clock-time.js';

/** What stamps without a year or a zone leave open. */
export interface StampOptions {
  /** The file's modification time, or when the evidence was taken: no line is much younger. */
  readonly notAfterMs: number;
  /** IANA name of the zone of stamps that do not say theirs. */
  readonly timeZone?: string;
}

/** `Nov 20 03:11:52` */
const CLASSIC_BYTES = 15;
/** `Nov 20 ` */
const DAY_BYTES = 7;
/** `2026-11-20T` */
const DATE_BYTES = 11;
/** `2026-11-20T03:11:52` */
const SECONDS_BYTES = 19;
const LONGEST = 40;

const SPACE = 0x20;
const PLUS = 0x2b;
const COMMA = 0x2c;
const MINUS = 0x2d;
const DOT = 0x2e;
const COLON = 0x3a;
const T = 0x54;
const Z = 0x5a;

/** Where the stamp of a line ends, before a space, when it has the bones of one; -1 for anything else. */
export function stampEnd(line: Line): number {
  const first = line.byte(0) ?? 0;
  if (first >= 0x41 && first <= 0x5a) {
    const isClassic =
      line.length > CLASSIC_BYTES &&
      line.byte(9) === COLON &&
      line.byte(12) === COLON &&
      line.byte(CLASSIC_BYTES) === SPACE;
    return isClassic ? CLASSIC_BYTES : -1;
  }
  if (first < 0x30 || first > 0x39 || line.byte(4) !== MINUS || line.byte(10) !== T) return -1;
  const end = line.indexOf(SPACE, SECONDS_BYTES);
  return end <= LONGEST ? end : -1;
}

/**
 * Reads the usual stamps from the bytes of a line: nothing is decoded but what is other than in the line before. What it
 * does not know, the parser of texts may.
 */
export class StampReader {
  /** Of the stamp that was read last, in milliseconds since the epoch, UTC. */
  atMs = 0;
  readonly #zone: ZoneClock;
  readonly #notAfterMs: number;
  /** The last classic stamp and its time: lines of one second share it. */
  readonly #stamp = Buffer.alloc(CLASSIC_BYTES);
  #stampMs = 0;
  readonly #day = Buffer.alloc(DAY_BYTES);
  #dayMs = Number.NaN;
  readonly #date = Buffer.alloc(DATE_BYTES);
  #dateMs = Number.NaN;

  constructor({ notAfterMs, timeZone }: StampOptions) {
    this.#notAfterMs = notAfterMs;
    this.#zone = new ZoneClock(timeZone);
  }

  /** @param end - what `stampEnd` says of the line; false when it is no stamp, or an unusual one */
  read(line: Line, end: number): boolean {
    return end === CLASSIC_BYTES ? this.#classic(line) : end > 0 && this.#iso(line, end);
  }

  #classic(line: Line): boolean {
    if (!line.has(this.#stamp, 0)) {
      const dayMs = line.has(this.#day, 0) ? this.#dayMs : this.#dayOf(line);
      const timeMs = timeOfDayMs(line, DAY_BYTES, { latestHour: 23, latestSecond: 60 });
      if (timeMs < 0 || Number.isNaN(dayMs)) return false;
      for (let at = 0; at < CLASSIC_BYTES; at += 1) this.#stamp[at] = line.byte(at) ?? 0;
      this.#stampMs = this.#zone.toUtc(dayMs + timeMs);
    }
    this.atMs = this.#stampMs;
    return true;
  }

  /** The wall clock at its beginning; NaN when its hours may be of different years. */
  #dayOf(line: Line): number {
    const text = line.latin1(0, DAY_BYTES);
    const [, name = '', digits] = /^(\w{3}) ([ \d]\d) $/.exec(text) ?? [];
    const month = monthOf(name);
    const day = Number(digits);
    if (month < 0 || !(day >= 1 && day <= 31)) return Number.NaN;
    const [beginMs, endMs] = [0, DAY_MS].map((timeOfDayMs) =>
      withYear({ month, day, timeOfDayMs }, this.#notAfterMs),
    ) as [number, number]; // as many as there were times
    if (endMs - beginMs !== DAY_MS) return Number.NaN;
    this.#day.write(text, 'latin1');
    this.#dayMs = beginMs;
    return beginMs;
  }

  #iso(line: Line, end: number): boolean {
    const dateMs = line.has(this.#date, 0) ? this.#dateMs : this.#dateOf(line);
    const timeMs = timeOfDayMs(line, DATE_BYTES, { latestHour: 99, latestSecond: 99 });
    const mark = line.byte(SECONDS_BYTES);
    const isFraction = mark === DOT || mark === COMMA;
    const zoneAt = isFraction ? afterDigits(line, SECONDS_BYTES + 1) : SECONDS_BYTES;
    const digits = zoneAt - SECONDS_BYTES - 1;
    const minutes = zoneMinutes(line, zoneAt, end);
    if (timeMs < 0 || Number.isNaN(dateMs) || minutes === undefined) return false;
    if (isFraction && (digits < 1 || digits > 9)) return false;
    const wallMs = dateMs + timeMs + (isFraction ? millis(line, digits) : 0);
    this.atMs = zoneAt === end ? this.#zone.toUtc(wallMs) : wallMs - minutes * 60_000;
    return true;
  }

  #dateOf(line: Line): number {
    const text = line.latin1(0, DATE_BYTES);
    const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)T$/.exec(text) ?? [];
    if (year === undefined) return Number.NaN;
    this.#date.write(text, 'latin1');
    this.#dateMs = Date.UTC(Number(year), Number(month) - 1, Number(day));
    return this.#dateMs;
  }
}

/** -1 when there are no two digits. */
function twoDigits(line: Line, at: number): number {
  const tens = (line.byte(at) ?? 0) - 0x30;
  const ones = (line.byte(at + 1) ?? 0) - 0x30;
  return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? -1 : tens * 10 + ones;
}

interface Latest {
  readonly latestHour: number;
  readonly latestSecond: number;
}

/** `03:11:52`; -1 when it is none. */
function timeOfDayMs(line: Line, at: number, { latestHour, latestSecond }: Latest): number {
  const hours = twoDigits(line, at);
  const minutes = twoDigits(line, at + 3);
  const seconds = twoDigits(line, at + 6);
  const isTime = hours >= 0 && minutes >= 0 && seconds >= 0 && hours <= latestHour && seconds <= latestSecond;
  if (!isTime || line.byte(at + 2) !== COLON || line.byte(at + 5) !== COLON) return -1;
  if (minutes > 59 && latestHour < 24) return -1;
  return ((hours * 60 + minutes) * 60 + seconds) * 1000;
}

function afterDigits(line: Line, from: number): number {
  let at = from;
  for (; at < line.length; at += 1) {
    const digit = (line.byte(at) ?? 0) - 0x30;
    if (digit < 0 || digit > 9) break;
  }
  return at;
}

/** The first three digits of the fraction. */
function millis(line: Line, digits: number): number {
  let total = 0;
  for (let at = 0; at < 3; at += 1)
    total = total * 10 + (at < digits ? (line.byte(SECONDS_BYTES + 1 + at) ?? 0x30) - 0x30 : 0);
  return total;
}

/** East of UTC; 0 where the stamp ends without one; undefined for anything else. */
function zoneMinutes(line: Line, at: number, end: number): number | undefined {
  if (at === end) return 0;
  const sign = line.byte(at);
  if (sign === Z) return at + 1 === end ? 0 : undefined;
  if (sign !== PLUS && sign !== MINUS) return undefined;
  const hours = twoDigits(line, at + 1);
  const minutesAt = line.byte(at + 3) === COLON ? at + 4 : at + 3;
  const minutes = twoDigits(line, minutesAt);
  if (hours < 0 || minutes < 0 || minutesAt + 2 !== end) return undefined;
  return (sign === MINUS ? -1 : 1) * (hours * 60 + minutes);
}
