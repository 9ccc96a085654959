import type { Line } from '../engine/line.js';

/** Where the parts of an attempt lie in its line. */
export interface SshAttempt {
  readonly kind: 'failed' | 'probe';
  readonly addressAt: number;
  readonly addressEnd: number;
  readonly userAt: number;
  readonly userEnd: number;
}

interface Shape {
  readonly kind: SshAttempt['kind'];
  readonly begin: Buffer;
  /** Stands before the user; undefined: `begin` does. */
  readonly beforeUser: Buffer | undefined;
  readonly beforeAddress: Buffer;
  readonly end: Buffer;
}

const PORT = Buffer.from(' port ');
const INVALID = Buffer.from('invalid user ');

/** The three messages of which a log under attack is made. */
const SHAPES: readonly Shape[] = [
  {
    kind: 'failed',
    begin: Buffer.from('Failed '),
    beforeUser: Buffer.from(' for '),
    beforeAddress: Buffer.from(' from '),
    end: Buffer.from(' ssh2'),
  },
  {
    kind: 'probe',
    begin: Buffer.from('Invalid user '),
    beforeUser: undefined,
    beforeAddress: Buffer.from(' from '),
    end: Buffer.alloc(0),
  },
  {
    kind: 'probe',
    begin: Buffer.from('Connection closed by authenticating user '),
    beforeUser: undefined,
    beforeAddress: Buffer.from(' '),
    end: Buffer.from(' [preauth]'),
  },
];

const LONGEST_ADDRESS = 64;
const LONGEST_METHOD = 64;

/**
 * Reads an attempt from the bytes of its line, from the end, as `parseSshd` does: undefined for all other messages, and
 * wherever that one should be asked.
 */
export function sshAttempt(line: Line, from: number): SshAttempt | undefined {
  const shape = SHAPES.find(({ begin }) => stands(line, begin, from));
  if (shape === undefined) return undefined;
  const addressEnd = beforePort(line, shape.end);
  const addressAt = addressEnd === undefined ? undefined : addressBefore(line, addressEnd, from);
  if (addressAt === undefined || addressEnd === undefined) return undefined;
  const userEnd = addressAt - shape.beforeAddress.length;
  const start = from + shape.begin.length;
  if (userEnd < start || !stands(line, shape.beforeAddress, userEnd)) return undefined;
  const userAt = shape.beforeUser === undefined ? start : afterFirst(line, shape.beforeUser, start);
  if (userAt === undefined || userAt > userEnd) return undefined;
  const named = shape.kind === 'failed' && stands(line, INVALID, userAt) ? userAt + INVALID.length : userAt;
  return named > userEnd ? undefined : { kind: shape.kind, addressAt, addressEnd, userAt: named, userEnd };
}

function stands(line: Line, text: Buffer, at: number): boolean {
  if (at < 0 || at + text.length > line.length) return false;
  for (let index = 0; index < text.length; index += 1)
    if (line.byte(at + index) !== text[index]) return false;
  return true;
}

/** Where ` port 40000` begins, before the line's end. */
function beforePort(line: Line, end: Buffer): number | undefined {
  const digitsEnd = line.length - end.length;
  if (!stands(line, end, digitsEnd)) return undefined;
  let at = digitsEnd;
  while (at > 0 && isDigit(line.byte(at - 1))) at -= 1;
  const isPort = at < digitsEnd && digitsEnd - at <= 5 && stands(line, PORT, at - PORT.length);
  return isPort ? at - PORT.length : undefined;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

function addressBefore(line: Line, end: number, from: number): number | undefined {
  let at = end;
  for (; at > from && at > end - LONGEST_ADDRESS; at -= 1) {
    const byte = line.byte(at - 1) ?? 0;
    if (byte === SPACE) return at < end ? at : undefined;
    if (byte < SPACE || byte > 0x7e) return undefined;
  }
  return undefined;
}

function afterFirst(line: Line, text: Buffer, from: number): number | undefined {
  for (let at = from; at < from + LONGEST_METHOD; at += 1)
    if (stands(line, text, at)) return at + text.length;
  return undefined;
}

const SPACE = 0x20;
const SLOTS = 256;

/** Addresses as text: those of a burst are decoded once. */
export class AddressTexts {
  readonly #texts: string[] = new Array<string>(SLOTS).fill('');

  of(line: Line, from: number, to: number): string {
    let hash = 0;
    for (let at = from; at < to; at += 1) hash = (Math.imul(hash, 31) + (line.byte(at) ?? 0)) | 0;
    const slot = hash & (SLOTS - 1);
    const known = this.#texts[slot] ?? '';
    if (known.length === to - from && begins(line, from, known)) return known;
    const text = line.latin1(from, to);
    this.#texts[slot] = text;
    return text;
  }
}

function begins(line: Line, from: number, text: string): boolean {
  for (let at = 0; at < text.length; at += 1) if (line.byte(from + at) !== text.charCodeAt(at)) return false;
  return true;
}
