import type { Entry } from '../engine/entry.js';
import { lineOf, parseLine } from './line.js';
import { JournalDamaged } from './problem.js';

/** Entries as a ledger's file holds them. */
export function bytesOf(entries: readonly Entry[]): Uint8Array {
  return Buffer.from(entries.map((entry) => `${lineOf(entry)}\n`).join(''), 'utf8');
}

/** @throws JournalDamaged when a line is no entry */
export function entriesOf(ledger: string, lines: readonly string[]): readonly Entry[] {
  return lines.map((line, seq) => {
    const entry = parseLine(line);
    if (entry !== undefined && entry.ledger === ledger) return entry;
    const message = 'The line is no entry of this ledger.';
    throw new JournalDamaged({ ledger, seq, code: 'UNREADABLE', message });
  });
}
