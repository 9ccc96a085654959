import type { Entry } from '../engine/entry.js';
import type { InspectedLine } from './inspection.js';
import { parseLine } from './line.js';
import type { JournalProblem } from './problem.js';

/** Entries by ledger and place; undefined where the line cannot be read. */
export type Ledgers = ReadonlyMap<string, readonly (Entry | undefined)[]>;

interface ReadLedgers {
  readonly ledgers: Ledgers;
  readonly problems: readonly JournalProblem[];
}

export function readLedgers(lines: readonly InspectedLine[]): ReadLedgers {
  const ledgers = new Map<string, (Entry | undefined)[]>();
  const problems: JournalProblem[] = [];
  for (const { ledger, text } of lines) {
    const entries = ledgers.get(ledger) ?? [];
    ledgers.set(ledger, entries);
    const entry = parseLine(text);
    if (entry === undefined) {
      const message = 'The line is no entry in canonical form.';
      problems.push({ ledger, seq: entries.length, code: 'UNREADABLE', message });
    }
    entries.push(entry);
  }
  return { ledgers, problems };
}

/** Where a hash stands in a ledger. */
export function findHash(ledgers: Ledgers, ledger: string, hash: unknown): Entry | undefined {
  return ledgers.get(ledger)?.find((entry) => entry?.hash === hash);
}
