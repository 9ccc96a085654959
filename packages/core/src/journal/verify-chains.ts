import type { Entry } from '../engine/entry.js';
import { shown } from '../findings/problem.js';
import { EMPTY, successorProblem, type Tail, tailOf } from './chain.js';
import type { JournalProblem } from './problem.js';
import { findHash, type Ledgers } from './verify-lines.js';

/** The place after a line that tells nothing about its successor. */
function blind(tail: Tail): Tail {
  return { next: tail.next + 1, hash: undefined, at: tail.at };
}

function chainOf(ledger: string, entries: readonly (Entry | undefined)[]): readonly JournalProblem[] {
  const problems: JournalProblem[] = [];
  let tail: Tail = EMPTY;
  for (const entry of entries) {
    const problem = entry === undefined ? undefined : successorProblem(entry, ledger, tail);
    if (problem !== undefined) problems.push(problem);
    const believed = entry !== undefined && problem?.code !== 'HASH_MISMATCH';
    // From where it says it stands: one fault is told once, not by every entry after it.
    tail = believed ? tailOf(entry) : blind(tail);
  }
  return problems;
}

/** Each ledger for itself: places, hashes, times. */
export function chainProblems(ledgers: Ledgers): readonly JournalProblem[] {
  return Array.from(ledgers, ([ledger, entries]) => chainOf(ledger, entries)).flat();
}

function quotesOf(ledgers: Ledgers, entry: Entry): readonly JournalProblem[] {
  const { ledger, seq } = entry;
  return Object.entries(entry.after ?? {}).flatMap(([quoted, hash]): readonly JournalProblem[] => {
    const found = findHash(ledgers, quoted, hash);
    if (found === undefined) {
      const message = `It relied on an entry of ledger ${shown(quoted)} that is not there.`;
      return [{ ledger, seq, code: 'AFTER_MISMATCH', message }];
    }
    if (found.at <= entry.at) return [];
    return [
      {
        ledger,
        seq,
        code: 'TIME_BACKWARDS',
        message: `It is older than what it quotes of ${shown(quoted)}.`,
      },
    ];
  });
}

/** What ledgers quote of each other: the order between them. */
export function quoteProblems(ledgers: Ledgers): readonly JournalProblem[] {
  return [...ledgers.values()]
    .flat()
    .flatMap((entry) => (entry === undefined ? [] : quotesOf(ledgers, entry)));
}
