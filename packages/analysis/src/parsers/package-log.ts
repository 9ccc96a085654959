import { monthOf, withYear, ZoneClock } from './clock-time.js';
import { isoTime } from './syslog.js';

/** What a package manager wrote down. */
export type PackageEvent =
  | {
      readonly kind: 'installed' | 'upgraded' | 'removed';
      readonly atMs: number;
      /** Without version and architecture. */
      readonly name: string;
      readonly version: string;
      /** 1-based. */
      readonly line: number;
    }
  | {
      /** What was typed, and who typed it where that is known. */
      readonly kind: 'command';
      readonly atMs: number;
      readonly command: string;
      readonly user: string | undefined;
      readonly line: number;
    };

export type PackageLogKind = 'dpkg' | 'apt' | 'yum' | 'dnf';

const LOGS: readonly (readonly [RegExp, PackageLogKind])[] = [
  [/^\/var\/log\/dpkg\.log(?:[.-]\d{1,8})?$/, 'dpkg'],
  [/^\/var\/log\/apt\/history\.log(?:[.-]\d{1,8})?$/, 'apt'],
  [/^\/var\/log\/yum\.log(?:[.-]\d{1,8})?$/, 'yum'],
  [/^\/var\/log\/dnf(?:\.rpm|5)?\.log(?:[.-]\d{1,8})?$/, 'dnf'],
];

/** Which log a file is, by its name on the suspect, without a suffix of compression; undefined when it is none. */
export function packageLogKind(name: string): PackageLogKind | undefined {
  return LOGS.find(([pattern]) => pattern.test(name))?.[1];
}

export interface PackageLogOptions {
  /** Stamps of yum have no year. */
  readonly notAfterMs: number;
  /** IANA name: all but dnf write local time. */
  readonly timeZone?: string;
}

/** Reads a log of packages a line at a time. */
export interface PackageLogParser {
  parse(text: string, line: number): readonly PackageEvent[];
}

export function packageLogParser(kind: PackageLogKind, options: PackageLogOptions): PackageLogParser {
  const zone = new ZoneClock(options.timeZone);
  if (kind === 'apt') return apt(zone);
  const read = { dpkg: dpkg(zone), yum: yum(zone, options.notAfterMs), dnf: dnf(zone) }[kind];
  return {
    parse(text, line) {
      const event = read(text, line);
      return event === undefined ? [] : [event];
    },
  };
}

type LineReader = (text: string, line: number) => PackageEvent | undefined;

function zoned(stamp: string, zone: ZoneClock): number | undefined {
  const time = isoTime(stamp);
  return time === undefined ? undefined : time.zoned ? time.ms : zone.toUtc(time.ms);
}

const DPKG =
  /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) (install|upgrade|remove|purge) ([^\s:]{1,256})(?::\S{1,64})? (\S{1,256}) (\S{1,256})$/;

/** `2026-11-20 03:11:52 install nmap:amd64 <none> 7.93+dfsg1-1`: the version before, and the one after. */
function dpkg(zone: ZoneClock): LineReader {
  return (text, line) => {
    const match = DPKG.exec(text);
    if (match === null) return undefined;
    const [, stamp = '', action, name = '', before = '', after = ''] = match;
    const atMs = zoned(stamp, zone);
    if (atMs === undefined) return undefined;
    if (action === 'upgrade') return { kind: 'upgraded', atMs, name, version: after, line };
    // What was removed and is there as configuration alone is installed anew.
    const isThere = action === 'install';
    return { kind: isThere ? 'installed' : 'removed', atMs, name, version: isThere ? after : before, line };
  };
}

const APT_ACTIONS: { readonly [field: string]: 'installed' | 'upgraded' | 'removed' } = {
  Install: 'installed',
  Reinstall: 'installed',
  Upgrade: 'upgraded',
  Downgrade: 'upgraded',
  Remove: 'removed',
  Purge: 'removed',
};
const MOST_PACKAGES = 10_000;

/** Stanzas of fields; `Commandline:` stands before `Requested-By:`, so that a command is told at the stanza's end. */
function apt(zone: ZoneClock): PackageLogParser {
  let atMs: number | undefined;
  let command: { readonly text: string; readonly line: number } | undefined;
  let user: string | undefined;
  const close = (): readonly PackageEvent[] => {
    const told = command;
    command = undefined;
    if (told === undefined || atMs === undefined) return [];
    return [{ kind: 'command', atMs, command: told.text, user, line: told.line }];
  };
  return {
    parse(text, line) {
      const [, field = '', value = ''] = /^([A-Z][A-Za-z-]{2,20}): ?(.*)$/.exec(text) ?? [];
      if (field === 'Start-Date') {
        atMs = zoned(value.trim().replace(/ +/, ' '), zone);
        user = undefined;
      } else if (field === 'Commandline') command = { text: value, line };
      else if (field === 'Requested-By') user = /^(\S{1,256}) \(\d+\)$/.exec(value)?.[1];
      else if (field === 'End-Date') return close();
      const kind = Object.hasOwn(APT_ACTIONS, field) ? APT_ACTIONS[field] : undefined;
      return kind === undefined || atMs === undefined ? [] : packages(value, { kind, atMs, line });
    },
  };
}

interface Action {
  readonly kind: 'installed' | 'upgraded' | 'removed';
  readonly atMs: number;
  readonly line: number;
}

const APT_PACKAGE = /([^\s:,()]{1,256})(?::[^\s(]{1,64})? \(([^()]{1,600})\)/g;

/** `nmap:amd64 (7.93, automatic), libx:amd64 (1.0, 1.1)`: of two versions the second is the new one. */
function packages(value: string, action: Action): readonly PackageEvent[] {
  const found: PackageEvent[] = [];
  for (const [, name = '', versions = ''] of value.matchAll(APT_PACKAGE)) {
    if (found.length >= MOST_PACKAGES) break;
    const parts = versions.split(', ').filter((part) => part !== 'automatic');
    found.push({ ...action, name, version: parts.at(-1) ?? '' });
  }
  return found;
}

const RPM_ACTIONS: { readonly [word: string]: 'installed' | 'upgraded' | 'removed' } = {
  Installed: 'installed',
  Install: 'installed',
  Reinstalled: 'installed',
  Updated: 'upgraded',
  Upgrade: 'upgraded',
  Upgraded: 'upgraded',
  Erased: 'removed',
  Removed: 'removed',
};
const RPM = /^([A-Z][a-z]{4,10}): (?:\d{1,6}:)?(\S{1,512})$/;

/** `Installed: nmap-2:6.40-19.el7.x86_64`; older ones have the epoch before the name, and `Erased` no version. */
function rpm(text: string, atMs: number, line: number): PackageEvent | undefined {
  const [, word = '', whole = ''] = RPM.exec(text.trim()) ?? [];
  const kind = Object.hasOwn(RPM_ACTIONS, word) ? RPM_ACTIONS[word] : undefined;
  if (kind === undefined) return undefined;
  const [, name = whole, version = ''] = /^(.+)-(?:\d{1,6}:)?([^-]+-[^-]+)$/.exec(whole) ?? [];
  return { kind, atMs, name, version, line };
}

const YUM = /^([A-Z][a-z]{2}) ( \d|\d\d) (\d\d):(\d\d):(\d\d) (.*)$/;

function yum(zone: ZoneClock, notAfterMs: number): LineReader {
  return (text, line) => {
    const [, monthName = '', day, hours, minutes, seconds, rest = ''] = YUM.exec(text) ?? [];
    const month = monthOf(monthName);
    if (month < 0) return undefined;
    const timeOfDayMs = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
    return rpm(rest, zone.toUtc(withYear({ month, day: Number(day), timeOfDayMs }, notAfterMs)), line);
  };
}

const DNF = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d{4})) (?:\[\d{1,10}\] )?[A-Z]{4,9} (.*)$/;

/** Also what was typed: `DDEBUG Command: dnf install -y nmap`. */
function dnf(zone: ZoneClock): LineReader {
  return (text, line) => {
    const [, stamp = '', rest = ''] = DNF.exec(text) ?? [];
    const atMs = zoned(stamp, zone);
    if (atMs === undefined) return undefined;
    if (!rest.startsWith('Command: ')) return rpm(rest, atMs, line);
    return { kind: 'command', atMs, command: rest.slice('Command: '.length), user: undefined, line };
  };
}
