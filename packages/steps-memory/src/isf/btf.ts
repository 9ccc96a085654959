/** A field of a struct or union. */
export interface BtfMember {
  readonly name: string;
  readonly type: number;
  readonly bitOffset: number;
  /** 0: it is no bit field, or one whose width its type tells. */
  readonly bits: number;
}

/** A type of BPF's type format; types name each other by number, 0 is void. */
export type BtfType =
  | {
      readonly kind: 'int';
      readonly name: string;
      readonly size: number;
      readonly encoding: number;
      readonly bits: number;
      readonly bitOffset: number;
    }
  | { readonly kind: 'float'; readonly name: string; readonly size: number }
  | { readonly kind: 'pointer'; readonly type: number }
  | { readonly kind: 'array'; readonly type: number; readonly count: number }
  | {
      readonly kind: 'struct' | 'union';
      readonly name: string;
      readonly size: number;
      readonly members: readonly BtfMember[];
    }
  | {
      readonly kind: 'enum';
      readonly name: string;
      readonly size: number;
      readonly values: ReadonlyMap<string, bigint>;
    }
  | { readonly kind: 'forward'; readonly name: string; readonly of: 'struct' | 'union' }
  | { readonly kind: 'typedef' | 'variable'; readonly name: string; readonly type: number }
  /** const, volatile, restrict and tags: for a debugger the type itself. */
  | { readonly kind: 'qualifier'; readonly type: number }
  | { readonly kind: 'function' | 'other' };

const MAGIC = 0xeb9f;
const FIRST_WORDS = 12;

/** A reader over the section: types by number, names by offset. */
class Cursor {
  at: number;

  constructor(
    private readonly bytes: Buffer,
    readonly end: number,
    private readonly strings: Buffer,
    start: number,
  ) {
    this.at = start;
  }

  u32(): number {
    this.at += 4;
    return this.bytes.readUInt32LE(this.at - 4);
  }

  i32(): number {
    return this.u32() | 0;
  }

  name(): string {
    const offset = this.u32();
    const end = this.strings.indexOf(0, offset);
    return this.strings.toString('latin1', offset, end < 0 ? this.strings.length : end);
  }

  times<T>(count: number, read: () => T): T[] {
    return Array.from({ length: count }, read);
  }
}

interface Head {
  readonly name: string;
  readonly count: number;
  readonly flag: boolean;
  /** A size for what has one, else another type's number. */
  readonly sizeOrType: number;
}

function integer(cursor: Cursor, { name, sizeOrType }: Head): BtfType {
  const word = cursor.u32();
  return {
    kind: 'int',
    name,
    size: sizeOrType,
    encoding: (word >>> 24) & 0xf,
    bitOffset: (word >>> 16) & 0xff,
    bits: word & 0xff,
  };
}

const composite =
  (kind: 'struct' | 'union') =>
  (cursor: Cursor, { name, count, flag, sizeOrType }: Head): BtfType => {
    const members = cursor.times(count, () => {
      const [member, type, offset] = [cursor.name(), cursor.u32(), cursor.u32()];
      // With the flag the upper byte is the width of a bit field.
      return flag
        ? { name: member, type, bitOffset: offset & 0xffffff, bits: offset >>> 24 }
        : { name: member, type, bitOffset: offset, bits: 0 };
    });
    return { kind, name, size: sizeOrType, members };
  };

const enumeration =
  (bits: 32 | 64) =>
  (cursor: Cursor, { name, count, flag, sizeOrType }: Head): BtfType => {
    const values = cursor.times(count, (): readonly [string, bigint] => {
      const constant = cursor.name();
      if (bits === 32) return [constant, BigInt(flag ? cursor.i32() : cursor.u32())];
      const [low, high] = [BigInt(cursor.u32()), BigInt(flag ? cursor.i32() : cursor.u32())];
      return [constant, (high << 32n) | low];
    });
    return { kind: 'enum', name, size: sizeOrType, values: new Map(values) };
  };

function array(cursor: Cursor): BtfType {
  const [type, , count] = [cursor.u32(), cursor.u32(), cursor.u32()];
  return { kind: 'array', type, count };
}

const qualifier = (_: Cursor, { sizeOrType }: Head): BtfType => ({ kind: 'qualifier', type: sizeOrType });
const named =
  (kind: 'typedef' | 'variable', words: number) =>
  (cursor: Cursor, { name, sizeOrType }: Head): BtfType => {
    cursor.at += words * 4;
    return { kind, name, type: sizeOrType };
  };
/** What has so many words behind it, fixed and for each of its parts, and tells nothing of memory. */
const skipped =
  (kind: 'function' | 'other', { fixed = 0, each = 0 }) =>
  (cursor: Cursor, { count }: Head): BtfType => {
    cursor.at += (fixed + each * count) * 4;
    return { kind };
  };

/** By the number of the kind: https://docs.kernel.org/bpf/btf.html */
const KINDS: Readonly<Record<number, (cursor: Cursor, head: Head) => BtfType>> = {
  1: integer,
  2: (_, { sizeOrType }) => ({ kind: 'pointer', type: sizeOrType }),
  3: array,
  4: composite('struct'),
  5: composite('union'),
  6: enumeration(32),
  7: (_, { name, flag }) => ({ kind: 'forward', name, of: flag ? 'union' : 'struct' }),
  8: named('typedef', 0),
  9: qualifier,
  10: qualifier,
  11: qualifier,
  12: skipped('other', {}),
  13: skipped('function', { each: 2 }),
  14: named('variable', 1),
  15: skipped('other', { each: 3 }),
  16: (_, { name, sizeOrType }) => ({ kind: 'float', name, size: sizeOrType }),
  17: skipped('other', { fixed: 1 }),
  18: qualifier,
  19: enumeration(64),
};

function readType(cursor: Cursor): BtfType {
  const [name, info, sizeOrType] = [cursor.name(), cursor.u32(), cursor.u32()];
  const read = KINDS[(info >>> 24) & 0x1f];
  if (read === undefined) throw new Error(`a type of kind ${(info >>> 24) & 0x1f} is not known`);
  return read(cursor, { name, count: info & 0xffff, flag: info >>> 31 === 1, sizeOrType });
}

/**
 * Reads a `.BTF` section or `/sys/kernel/btf/vmlinux`. The first type is number 1.
 *
 * @throws Error where it is none, or ends before it should
 */
export function readBtf(bytes: Buffer): readonly BtfType[] {
  if (bytes.length < 24 || bytes.readUInt16LE(0) !== MAGIC) throw new Error('that is no BTF');
  const header = bytes.readUInt32LE(4);
  const [types, typeBytes, strings, stringBytes] = [8, 12, 16, 20].map((at) => bytes.readUInt32LE(at));
  const start = header + (types ?? 0);
  const end = start + (typeBytes ?? 0);
  const names = bytes.subarray(header + (strings ?? 0), header + (strings ?? 0) + (stringBytes ?? 0));
  const cursor = new Cursor(bytes, end, names, start);
  const found: BtfType[] = [{ kind: 'other' }];
  while (cursor.at + FIRST_WORDS <= end) found.push(readType(cursor));
  return found;
}
