import type { Line } from '../engine/line.js';

interface Shape {
  readonly kind: 'failed' | 'probe';
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
 * Reads one attempt after the other from the bytes of their lines, from the end, as `parseSshd` does: false for all other
 * messages, and wherever that one should be asked.
 */
export class SshAttempts {
  kind: Shape['kind'] = 'failed';
  addressAt = 0;
  addressEnd = 0;
  userAt = 0;
  userEnd = 0;

  /** @param from - where the message begins; what is read is about the last line for which it was true */
  read(line: Line, from: number): boolean {
    const shape = shapeOf(line.byte(from));
    if (shape === undefined || !line.has(shape.begin, from)) return false;
    const addressEnd = beforePort(line, shape.end);
    const addressAt = addressEnd < 0 ? -1 : addressBefore(line, addressEnd, from);
    if (addressAt < 0) return false;
    const userEnd = addressAt - shape.beforeAddress.length;
    const start = from + shape.begin.length;
    if (userEnd < start || !line.has(shape.beforeAddress, userEnd)) return false;
    const nameAt = shape.beforeUser === undefined ? start : afterFirst(line, shape.beforeUser, start);
    const isInvalid = shape.kind === 'failed' && line.has(INVALID, nameAt);
    const userAt = isInvalid ? nameAt + INVALID.length : nameAt;
    if (nameAt < 0 || userAt > userEnd) return false;
    this.kind = shape.kind;
    this.addressAt = addressAt;
    this.addressEnd = addressEnd;
    this.userAt = userAt;
    this.userEnd = userEnd;
    return true;
  }
}

/** No two of them begin with the same letter. */
function shapeOf(first: number | undefined): Shape | undefined {
  for (const shape of SHAPES) if (shape.begin[0] === first) return shape;
  return undefined;
}

/** Where ` port 40000` begins, before the line's end; -1 when there is none. */
function beforePort(line: Line, end: Buffer): number {
  const digitsEnd = line.length - end.length;
  if (!line.has(end, digitsEnd)) return -1;
  const { bytes, start } = line;
  let at = digitsEnd;
  for (; at > 0; at -= 1) {
    const digit = (bytes[start + at - 1] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) break;
  }
  const isPort = at < digitsEnd && digitsEnd - at <= 5 && line.has(PORT, at - PORT.length);
  return isPort ? at - PORT.length : -1;
}

function addressBefore(line: Line, end: number, from: number): number {
  const { bytes, start } = line;
  const last = Math.max(from, end - LONGEST_ADDRESS);
  for (let at = end; at > last; at -= 1) {
    const byte = bytes[start + at - 1] ?? 0;
    if (byte === SPACE) return at < end ? at : -1;
    if (byte < SPACE || byte > 0x7e) return -1;
  }
  return -1;
}

/** What begins with a space. */
function afterFirst(line: Line, text: Buffer, from: number): number {
  const { bytes, start } = line;
  for (let at = from; at < from + LONGEST_METHOD; at += 1)
    if (bytes[start + at] === SPACE && line.has(text, at)) return at + text.length;
  return -1;
}

const SPACE = 0x20;
const SLOTS = 256;

/** Short pieces of lines as text: those that come again and again, addresses and names, are decoded once. */
export class PieceTexts {
  readonly #texts: string[] = new Array<string>(SLOTS).fill('');

  of(line: Line, from: number, to: number): string {
    const { bytes, start } = line;
    let hash = 0;
    for (let at = start + from; at < start + to; at += 1) hash = (Math.imul(hash, 31) + (bytes[at] ?? 0)) | 0;
    const slot = hash & (SLOTS - 1);
    const known = this.#texts[slot] ?? '';
    if (line.says(known, from, to)) return known;
    const text = line.utf8(from, to);
    this.#texts[slot] = text;
    return text;
  }
}
