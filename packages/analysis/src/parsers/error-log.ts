import { monthOf, ZoneClock } from './clock-time.js';

/** A line of Apache's or nginx's error log. */
export interface ErrorRecord {
  readonly atMs: number;
  readonly level: string;
  readonly client: string | undefined;
  readonly message: string;
}

const APACHE =
  /^\[[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d{1,2}) (\d\d):(\d\d):(\d\d)(?:\.\d+)? (\d{4})\] \[([a-z0-9_]{0,64}:?[a-z0-9]{1,64})\] (.*)$/;
const NGINX = /^(\d{4})\/(\d\d)\/(\d\d) (\d\d):(\d\d):(\d\d) \[([a-z]+)\] \d+#\d+: (.*)$/;

/** @param timeZone - IANA name; both servers write local time. */
export function errorLogParser(timeZone?: string): (text: string) => ErrorRecord | undefined {
  const zone = new ZoneClock(timeZone);
  return (text) => apache(text, zone) ?? nginx(text, zone);
}

function apache(text: string, zone: ZoneClock): ErrorRecord | undefined {
  const match = APACHE.exec(text);
  if (match === null) return undefined;
  const [, monthName = '', day, hour, minute, second, year, module = '', rest = ''] = match;
  const month = monthOf(monthName);
  if (month < 0) return undefined;
  const wall = Date.UTC(Number(year), month, Number(day), Number(hour), Number(minute), Number(second));
  const client = /^(?:\[[^\]]{0,64}\] ){0,2}\[client ([0-9a-fA-F.:]+?)(?::\d+)?\] /.exec(rest);
  return {
    atMs: zone.toUtc(wall),
    level: module.slice(module.indexOf(':') + 1),
    client: client?.[1],
    message: client === null ? rest : rest.slice(client[0].length),
  };
}

function nginx(text: string, zone: ZoneClock): ErrorRecord | undefined {
  const match = NGINX.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, level = '', message = ''] = match;
  const wall = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
  return { atMs: zone.toUtc(wall), level, client: /, client: ([0-9a-fA-F.:]+),/.exec(message)?.[1], message };
}
