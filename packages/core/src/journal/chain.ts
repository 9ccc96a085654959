import type { Entry } from '../engine/entry.js';
import { hashOf } from './line.js';
import type { JournalProblem, JournalProblemCode } from './problem.js';

/** Where a ledger ends: what the next entry must follow. `hash` is undefined after a line that cannot be read. */
export interface Tail {
  readonly next: number;
  readonly hash: string | undefined;
  readonly at: string;
}

export const EMPTY: Tail = { next: 0, hash: '', at: '' };

export function tailOf(entry: Entry): Tail {
  return { next: entry.seq + 1, hash: entry.hash, at: entry.at };
}

function wrongPlace(entry: Entry, ledger: string, tail: Tail): string | undefined {
  if (entry.ledger !== ledger) return 'It belongs to another ledger.';
  if (entry.seq === tail.next) return undefined;
  return `It stands where entry ${tail.next} should be.`;
}

function fault(entry: Entry, ledger: string, tail: Tail): readonly [JournalProblemCode, string] | undefined {
  const misplaced = wrongPlace(entry, ledger, tail);
  if (hashOf(entry) !== entry.hash) return ['HASH_MISMATCH', 'Its content is not what its hash says.'];
  if (misplaced !== undefined) return ['WRONG_PLACE', misplaced];
  if (tail.hash !== undefined && entry.prev !== tail.hash) {
    return ['PREVIOUS_MISMATCH', 'It does not follow the entry before it.'];
  }
  if (entry.at < tail.at) return ['TIME_BACKWARDS', 'It is older than the entry before it.'];
  if (entry.after !== undefined && entry.seq > 0) return ['AFTER_MISMATCH', 'Only a first entry quotes.'];
  return undefined;
}

/** What is wrong with an entry as the successor of `tail`; named by the place it stands in, not by what it says. */
export function successorProblem(entry: Entry, ledger: string, tail: Tail): JournalProblem | undefined {
  const found = fault(entry, ledger, tail);
  if (found === undefined) return undefined;
  return { ledger, seq: tail.next, code: found[0], message: found[1] };
}
