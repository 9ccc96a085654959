import { isoTime } from './syslog.js';

/** A line of /var/log/cloud-init.log. */
export interface CloudInitRecord {
  /** Its stamps are UTC. */
  readonly atMs: number;
  /** `subp.py`, `cc_scripts_user.py`. */
  readonly source: string;
  readonly level: string;
  readonly message: string;
  /** Of `Running command [...]`; undefined for other messages. */
  readonly argv: readonly string[] | undefined;
}

const HEAD = /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}) - ([\w.-]{1,64})\[([A-Z]{4,8})\]: (.*)$/;
const RUNNING = /^Running (?:hidden )?command (\[.*?\]) with allowed return codes/;

export function parseCloudInitLog(text: string): CloudInitRecord | undefined {
  const match = HEAD.exec(text);
  if (match === null) return undefined;
  const [, stamp = '', source = '', level = '', message = ''] = match;
  const time = isoTime(stamp);
  if (time === undefined) return undefined;
  const list = RUNNING.exec(message)?.[1];
  return {
    atMs: time.ms,
    source,
    level,
    message,
    argv: list === undefined ? undefined : pythonStrings(list),
  };
}

const MOST_STRINGS = 1000;
const STRING = /b?'((?:[^'\\]|\\.)*)'|b?"((?:[^"\\]|\\.)*)"/g;
const ESCAPES: { readonly [letter: string]: string } = { n: '\n', t: '\t', r: '\r' };

/** The strings of a list as Python prints it: `['/bin/sh', '-c', "echo 'x'"]`. */
function pythonStrings(list: string): readonly string[] {
  const found: string[] = [];
  for (const [, single, double] of list.matchAll(STRING)) {
    if (found.length >= MOST_STRINGS) break;
    const raw = single ?? double ?? '';
    found.push(
      raw.replace(/\\(?:x([0-9a-f]{2})|(.))/g, (_all, hex: string | undefined, letter: string) =>
        hex === undefined ? (ESCAPES[letter] ?? letter) : String.fromCharCode(Number.parseInt(hex, 16)),
      ),
    );
  }
  return found;
}
