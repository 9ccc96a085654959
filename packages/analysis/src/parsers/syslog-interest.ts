import type { Line } from '../engine/line.js';

/** Which lines are worth decoding: by program, and by the first letters of their messages ('' for any). */
export interface SyslogInterest {
  readonly [program: string]: string;
}

/** Where the parts of a tag lie in its line: `sshd[4242]: `. */
export interface Tag {
  readonly program: string;
  readonly pid: number | undefined;
  /** Where the message begins. */
  readonly messageAt: number;
}

const SLASH = 0x2f;
const BRACKET = 0x5b;
const COLON = 0x3a;
const MAX_TAG_BYTES = 256;

/** Asks the bytes of a line, before anything is decoded. */
export class InterestIndex {
  /** By hash of the name; two names of one hash only cost a comparison. */
  readonly #programs = new Map<number, readonly Wanted[]>();

  constructor(interests: readonly SyslogInterest[]) {
    for (const interest of interests) {
      for (const [program, letters] of Object.entries(interest)) {
        const hash = hashOf(program);
        const wanted = {
          program,
          wantsAny: letters === '',
          letters: new Set(Buffer.from(letters, 'latin1')),
        };
        this.#programs.set(hash, [...(this.#programs.get(hash) ?? []), wanted]);
      }
    }
  }

  /** The tag that begins there, when a consumer wants it. */
  wanted(line: Line, from: number): Tag | undefined {
    let hash = 0;
    let nameAt = from;
    let at = from;
    const end = Math.min(line.length, from + MAX_TAG_BYTES);
    for (; at < end; at += 1) {
      const byte = line.byte(at) ?? 0;
      if (byte === BRACKET || byte === COLON) break;
      // A program may stand with its path.
      if (byte === SLASH) {
        hash = 0;
        nameAt = at + 1;
      } else hash = (Math.imul(hash, 31) + byte) | 0;
    }
    const known = this.#programs.get(hash);
    return known === undefined ? undefined : this.#tag(line, { nameAt, nameEnd: at, known });
  }

  #tag(line: Line, { nameAt, nameEnd, known }: Named): Tag | undefined {
    const colon = line.indexOf(COLON, nameEnd);
    if (colon < 0) return undefined;
    const first = line.byte(colon + 2) ?? 0;
    for (const { program, wantsAny, letters } of known) {
      if (!wantsAny && !letters.has(first)) continue;
      if (program.length !== nameEnd - nameAt || !stands(line, nameAt, program)) continue;
      return { program, pid: pidAt(line, nameEnd), messageAt: Math.min(line.length, colon + 2) };
    }
    return undefined;
  }
}

interface Wanted {
  readonly program: string;
  readonly wantsAny: boolean;
  /** First bytes of the messages that are wanted. */
  readonly letters: ReadonlySet<number>;
}

interface Named {
  readonly nameAt: number;
  readonly nameEnd: number;
  readonly known: readonly Wanted[];
}

function stands(line: Line, from: number, text: string): boolean {
  for (let at = 0; at < text.length; at += 1) if (line.byte(from + at) !== text.charCodeAt(at)) return false;
  return true;
}

function hashOf(program: string): number {
  let hash = 0;
  for (let at = 0; at < program.length; at += 1) hash = (Math.imul(hash, 31) + program.charCodeAt(at)) | 0;
  return hash;
}

function pidAt(line: Line, bracketAt: number): number | undefined {
  let pid = 0;
  let at = bracketAt + 1;
  for (; at < bracketAt + 12; at += 1) {
    const digit = (line.byte(at) ?? 0) - 0x30;
    if (digit < 0 || digit > 9) break;
    pid = pid * 10 + digit;
  }
  return at > bracketAt + 1 && line.byte(bracketAt) === BRACKET ? pid : undefined;
}
