import type { Line } from '../engine/line.js';

/** Which lines are worth decoding: by program, and by the first letters of their messages ('' for any). */
export interface SyslogInterest {
  readonly [program: string]: string;
}

/** Somebody who wants some of the lines. */
export interface Interested {
  readonly interest: SyslogInterest;
}

/** Who wants lines of a program, and which. */
export interface Wanted<Listener> {
  readonly program: string;
  readonly listeners: readonly Listener[];
  /** By the first byte of its message, whether anybody wants a line. */
  readonly letters: Uint8Array;
}

const SLOTS = 256;

/** Finds who is interested in a line, from its bytes before anything is decoded, or from its text. */
export class InterestIndex<Listener extends Interested> {
  readonly #programs: ReadonlyMap<string, Wanted<Listener>>;
  /** By hash of the name. */
  readonly #slots: readonly (readonly Wanted<Listener>[])[];

  constructor(listeners: readonly Listener[]) {
    const names = new Set(listeners.flatMap(({ interest }) => Object.keys(interest)));
    this.#programs = new Map([...names].map((program) => [program, wantedOf(program, listeners)]));
    this.#slots = Array.from({ length: SLOTS }, (_, slot) =>
      [...this.#programs.values()].filter(({ program }) => slotOf(hashOf(program)) === slot),
    );
  }

  /** @param hash - of the bytes of the name, by `hashed` */
  find(line: Line, from: number, to: number, hash: number): Wanted<Listener> | undefined {
    const slot = this.#slots[slotOf(hash)] ?? [];
    for (const wanted of slot) if (line.says(wanted.program, from, to)) return wanted;
    return undefined;
  }

  /** Who wants a message; nobody wants an empty one. */
  listenersOf(program: string, message: string): readonly Listener[] {
    const wanted = this.#programs.get(program);
    return wanted !== undefined && isWanted(wanted, message.charCodeAt(0)) ? wanted.listeners : [];
  }
}

/** @param first - the first byte, or UTF-16 unit, of a message */
export function isWanted({ letters }: Wanted<unknown>, first: number): boolean {
  // What is no byte is no letter either: only who wants any message wants it.
  return letters[Math.min(first, 0xff)] === 1;
}

function wantedOf<Listener extends Interested>(
  program: string,
  listeners: readonly Listener[],
): Wanted<Listener> {
  const interested = listeners.filter(({ interest }) => Object.hasOwn(interest, program));
  const letters = new Uint8Array(0x100);
  for (const { interest } of interested)
    if (interest[program] === '') letters.fill(1);
    else for (const letter of interest[program] ?? '') letters[letter.charCodeAt(0)] = 1;
  return { program, listeners: interested, letters };
}

/** The hash of a name that goes on with this byte. */
export function hashed(hash: number, byte: number): number {
  return (Math.imul(hash, 31) + byte) | 0;
}

function hashOf(program: string): number {
  let hash = 0;
  for (let at = 0; at < program.length; at += 1) hash = hashed(hash, program.charCodeAt(at));
  return hash;
}

function slotOf(hash: number): number {
  return hash & (SLOTS - 1);
}
