import { monthOf } from './clock-time.js';
import { quoted } from './quoted.js';
import { requestLine } from './request-line.js';

/** A request as Apache and nginx log it in the combined format. */
export interface AccessRecord {
  readonly atMs: number;
  readonly client: string;
  readonly user: string;
  readonly method: string;
  /** As requested, still percent-encoded, with its query. */
  readonly target: string;
  readonly status: number;
  readonly bytes: number | undefined;
  readonly referer: string | undefined;
  readonly agent: string | undefined;
}

/**
 * Parses one line of a common or combined log, by position and not by one big pattern: quoted fields
 * hold anything (`\"` inside them is an escaped quote). A leading virtual host (`vhost_combined`) is taken.
 */
export function parseAccessLog(text: string): AccessRecord | undefined {
  const open = text.indexOf(' [');
  const close = text.indexOf('] ', open);
  if (open < 0 || close < 0) return undefined;
  const atMs = commonTime(text.slice(open + 2, close));
  const before = text.slice(0, open).split(' ');
  const client = before[before.length - 3];
  const user = before[before.length - 1];
  if (atMs === undefined || client === undefined || user === undefined) return undefined;
  const request = quoted(text, close + 2);
  if (request === undefined) return undefined;
  return { atMs, client, user, ...requestLine(request.value), ...afterRequest(text, request.end) };
}

function afterRequest(
  text: string,
  start: number,
): Pick<AccessRecord, 'status' | 'bytes' | 'referer' | 'agent'> {
  const [, status = '', bytes = ''] = text.slice(start, start + 40).split(' ');
  const refererAt = text.indexOf(' "', start);
  const referer = refererAt < 0 ? undefined : quoted(text, refererAt + 1);
  const agent = referer === undefined ? undefined : quoted(text, referer.end + 1);
  return {
    status: Number.parseInt(status, 10) || 0,
    bytes: /^\d+$/.test(bytes) ? Number(bytes) : undefined,
    referer: unlessDash(referer?.value),
    agent: unlessDash(agent?.value),
  };
}

function unlessDash(value: string | undefined): string | undefined {
  return value === '-' ? undefined : value;
}

const COMMON = /^(\d\d)\/([A-Z][a-z][a-z])\/(\d{4}):(\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)$/;

/** `20/Nov/2026:03:11:52 +0000` */
function commonTime(stamp: string): number | undefined {
  const match = COMMON.exec(stamp);
  if (match === null) return undefined;
  const [, day, monthName = '', year, hour, minute, second, sign, zoneHours, zoneMinutes] = match;
  const month = monthOf(monthName);
  if (month < 0) return undefined;
  const zone = (Number(zoneHours) * 60 + Number(zoneMinutes)) * 60_000;
  const wall = Date.UTC(Number(year), month, Number(day), Number(hour), Number(minute), Number(second));
  return sign === '-' ? wall + zone : wall - zone;
}
