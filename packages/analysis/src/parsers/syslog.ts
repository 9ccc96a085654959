import { monthOf, withYear, ZoneClock } from './clock-time.js';
import type { StampOptions } from './stamp-reader.js';

/** One line of a system log, in whichever of the three usual shapes it came. */
export interface SyslogRecord {
  /** Milliseconds since the epoch, UTC. */
  readonly atMs: number;
  readonly host: string;
  /** Without path and pid: `sshd`. */
  readonly program: string;
  readonly pid: number | undefined;
  readonly message: string;
}

/**
 * Parses lines of classic (RFC 3164), ISO-stamped and RFC 5424 system logs. Anything else is `undefined`.
 */
export class SyslogParser {
  readonly #zone: ZoneClock;

  constructor(private readonly options: StampOptions) {
    this.#zone = new ZoneClock(options.timeZone);
  }

  parse(text: string): SyslogRecord | undefined {
    const start = text.charCodeAt(0) === 0x3c ? afterPriority(text) : 0;
    const first = text.charCodeAt(start);
    if (first >= 0x41 && first <= 0x5a) return this.#classic(text, start);
    if (first >= 0x30 && first <= 0x39) return this.#stamped(text, start);
    return undefined;
  }

  /** `Nov 20 03:11:52 host program[123]: message` */
  #classic(text: string, start: number): SyslogRecord | undefined {
    const wall = this.#classicWall(text, start);
    if (wall === undefined || text[start + STAMP_BYTES] !== ' ') return undefined;
    return afterStamp(text, start + STAMP_BYTES + 1, this.#zone.toUtc(wall));
  }

  #classicWall(text: string, start: number): number | undefined {
    const month = monthOf(text.slice(start, start + 3));
    const day = Number(text.slice(start + 4, start + 6));
    const timeOfDayMs = timeOfDay(text, start + 7);
    if (month < 0 || !(day >= 1 && day <= 31) || timeOfDayMs === undefined) return undefined;
    return withYear({ month, day, timeOfDayMs }, this.options.notAfterMs);
  }

  /** `2026-11-20T03:11:52.123456+00:00 host program[123]: message`, and RFC 5424's `1 2026-...`. */
  #stamped(text: string, start: number): SyslogRecord | undefined {
    if (/^1 [0-9]{4}-/.test(text.slice(start, start + 7))) return rfc5424(text, start + 2);
    const end = text.indexOf(' ', start);
    if (end < 0 || end - start > 40) return undefined;
    const atMs = this.#isoTime(text.slice(start, end));
    return atMs === undefined ? undefined : afterStamp(text, end + 1, atMs);
  }

  #isoTime(stamp: string): number | undefined {
    const parsed = isoTime(stamp);
    if (parsed === undefined) return undefined;
    return parsed.zoned ? parsed.ms : this.#zone.toUtc(parsed.ms);
  }
}

const STAMP_BYTES = 15;

/** `<34>`: at most five characters. */
function afterPriority(text: string): number {
  const end = text.indexOf('>');
  return end > 1 && end <= 4 ? end + 1 : 0;
}

function timeOfDay(text: string, at: number): number | undefined {
  if (text[at + 2] !== ':' || text[at + 5] !== ':') return undefined;
  const hours = Number(text.slice(at, at + 2));
  const minutes = Number(text.slice(at + 3, at + 5));
  const seconds = Number(text.slice(at + 6, at + 8));
  if (!(hours < 24 && minutes < 60 && seconds <= 60)) return undefined;
  return ((hours * 60 + minutes) * 60 + seconds) * 1000;
}

const ISO = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?(Z|[+-]\d\d:?\d\d)?$/;

/** An ISO 8601 stamp to the millisecond; `zoned` when it says its zone. */
export function isoTime(stamp: string): { readonly ms: number; readonly zoned: boolean } | undefined {
  const match = ISO.exec(stamp);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction = '', zone] = match;
  const millis = Number(fraction.padEnd(3, '0').slice(0, 3));
  const wall = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
    millis,
  );
  if (Number.isNaN(wall)) return undefined;
  return { ms: wall - zoneOffsetMs(zone), zoned: zone !== undefined };
}

function zoneOffsetMs(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z') return 0;
  const digits = zone.replace(':', '');
  const minutes = Number(digits.slice(1, 3)) * 60 + Number(digits.slice(3, 5));
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}

function afterStamp(text: string, start: number, atMs: number): SyslogRecord | undefined {
  const hostEnd = text.indexOf(' ', start);
  if (hostEnd < 0) return undefined;
  const tagEnd = text.indexOf(': ', hostEnd + 1);
  const colon = tagEnd < 0 && text.endsWith(':') ? text.length - 1 : tagEnd;
  if (colon < 0) return undefined;
  const tag = text.slice(hostEnd + 1, colon);
  const { program, pid } = programOf(tag);
  return { atMs, host: text.slice(start, hostEnd), program, pid, message: text.slice(colon + 2) };
}

function programOf(tag: string): { readonly program: string; readonly pid: number | undefined } {
  const bracket = tag.endsWith(']') ? tag.lastIndexOf('[') : -1;
  const name = bracket < 0 ? tag : tag.slice(0, bracket);
  const pid = bracket < 0 ? Number.NaN : Number(tag.slice(bracket + 1, -1));
  return {
    program: name.slice(name.lastIndexOf('/') + 1),
    pid: Number.isSafeInteger(pid) && pid >= 0 ? pid : undefined,
  };
}

/** `TIMESTAMP HOST APP PROCID MSGID SD MSG`, after the version. */
function rfc5424(text: string, start: number): SyslogRecord | undefined {
  const fields: string[] = [];
  let position = start;
  while (fields.length < 5) {
    const end = text.indexOf(' ', position);
    if (end < 0) return undefined;
    fields.push(text.slice(position, end));
    position = end + 1;
  }
  const [stamp = '', host = '', app = '', procid = ''] = fields;
  const time = isoTime(stamp);
  if (time === undefined) return undefined;
  const { program, pid } = programOf(`${app}[${procid}]`);
  return { atMs: time.ms, host, program, pid, message: afterStructuredData(text, position) };
}

function afterStructuredData(text: string, start: number): string {
  if (text[start] !== '[') return text.slice(start + 2).replace(/^\uFEFF/, '');
  let position = start;
  let quoted = false;
  for (; position < text.length; position += 1) {
    const character = text[position];
    if (quoted && character === '\\') position += 1;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && character === ']' && text[position + 1] !== '[') break;
  }
  return text.slice(position + 2).replace(/^\uFEFF/, '');
}
