import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Entry } from '../engine/entry.js';
import { namesIn } from './durable-file.js';
import { type LedgerLines, splitLines } from './ledger-lines.js';
import { lineOf, parseLine } from './line.js';
import { decodeName, encodeName } from './names.js';
import { JournalDamaged } from './problem.js';

const SUFFIX = '.jsonl';

/** Names of the ledgers that have a file in this directory. */
export async function ledgersIn(directory: string): Promise<readonly string[]> {
  return (await namesIn(directory))
    .filter((name) => name.endsWith(SUFFIX))
    .flatMap((name) => decodeName(name.slice(0, -SUFFIX.length)) ?? [])
    .sort();
}

export function ledgerPath(directory: string, ledger: string): string {
  return join(directory, `${encodeName(ledger)}${SUFFIX}`);
}

export async function readLedger(directory: string, ledger: string): Promise<LedgerLines> {
  return splitLines(await readFile(ledgerPath(directory, ledger)));
}

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

/** All whole lines of all ledgers; a line that is just being written is not there yet. */
export async function readEntries(directory: string): Promise<readonly Entry[]> {
  const ledgers = await ledgersIn(directory);
  const read = ledgers.map(async (ledger) => entriesOf(ledger, (await readLedger(directory, ledger)).lines));
  return (await Promise.all(read)).flat();
}
