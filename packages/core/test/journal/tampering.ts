import * as fc from 'fast-check';
import type { Entry } from '../../src/engine/entry.js';
import type { Inspection } from '../../src/journal/inspection.js';
import { splitLines } from '../../src/journal/ledger-lines.js';
import { lineOf } from '../../src/journal/line.js';

/** A journal as bytes, one text of lines per ledger: what an intruder would get his hands on. */
export type Books = ReadonlyMap<string, Buffer>;

export function booksOf(entries: readonly Entry[]): Books {
  const books = new Map<string, Buffer>();
  for (const entry of entries) {
    const line = Buffer.from(`${lineOf(entry)}\n`);
    books.set(entry.ledger, Buffer.concat([books.get(entry.ledger) ?? Buffer.alloc(0), line]));
  }
  return books;
}

/** The books as a file journal inspects them. */
export function inspectable(books: Books): { inspect(incidentId: string): Promise<Inspection> } {
  const read = Array.from(books, ([ledger, bytes]) => ({ ledger, ...splitLines(bytes) }));
  return {
    inspect: async () => ({
      lines: read.flatMap(({ ledger, lines }) => lines.map((text) => ({ ledger, text }))),
      problems: read.flatMap(({ ledger, lines, torn }) =>
        torn.length === 0 ? [] : [{ ledger, seq: lines.length, code: 'TORN_LINE' as const, message: 'torn' }],
      ),
    }),
  };
}

/** A change of one book, and the place at which a reader must be told of it. */
export interface Tampering {
  readonly kind: string;
  readonly books: Books;
  readonly ledger: string;
  readonly seq: number;
}

function linesOf(book: Buffer): readonly Buffer[] {
  const lines: Buffer[] = [];
  for (let start = 0; start < book.length; ) {
    const end = book.indexOf(0x0a, start) + 1;
    lines.push(book.subarray(start, end));
    start = end;
  }
  return lines;
}

function swapped<T>(items: readonly T[], at: number): readonly T[] {
  const [first, second] = [items[at], items[at + 1]];
  if (first === undefined || second === undefined) return items;
  return [...items.slice(0, at), second, first, ...items.slice(at + 2)];
}

interface Aim {
  readonly lines: readonly Buffer[];
  readonly at: number;
  readonly offset: number;
  readonly flip: number;
}

const flipped = ({ lines, at, offset, flip }: Aim): readonly Buffer[] =>
  lines.map((line, index) => {
    if (index !== at) return line;
    const copy = Buffer.from(line);
    const place = offset % copy.length;
    copy[place] = (copy[place] ?? 0) ^ flip;
    return copy;
  });

/** Each returns the book's new lines and the place where it shows. */
const WAYS: Readonly<Record<string, (aim: Aim) => readonly [readonly Buffer[], number]>> = {
  flip: (aim) => [flipped(aim), aim.at],
  drop: ({ lines, at }) => [lines.toSpliced(at, 1), at],
  swap: ({ lines, at }) => (at + 1 < lines.length ? [swapped(lines, at), at] : [lines.toSpliced(at, 1), at]),
  duplicate: ({ lines, at }) => [lines.toSpliced(at, 0, lines[at] ?? Buffer.alloc(0)), at + 1],
  truncate: ({ lines, at }) => [lines.slice(0, at), at],
  tear: ({ lines, at, offset }) => {
    const torn = lines[at] ?? Buffer.alloc(0);
    return [[...lines.slice(0, at), torn.subarray(0, 1 + (offset % (torn.length - 1)))], at];
  },
};

/** One book of the journal, changed in one place in one way. */
export function tamperings(books: Books): fc.Arbitrary<Tampering> {
  const line = fc.constantFrom(...books).chain(([ledger, book]) => {
    const lines = linesOf(book);
    return fc.record({
      ledger: fc.constant(ledger),
      lines: fc.constant(lines),
      at: fc.nat({ max: lines.length - 1 }),
      offset: fc.nat({ max: 5_000 }),
      flip: fc.integer({ min: 1, max: 255 }),
    });
  });
  return fc.tuple(fc.constantFrom(...Object.entries(WAYS)), line).map(([[kind, way], aim]) => {
    const [lines, seq] = way(aim);
    return { kind, ledger: aim.ledger, seq, books: new Map(books).set(aim.ledger, Buffer.concat(lines)) };
  });
}
