import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Entry } from '../engine/entry.js';
import { namesIn } from './durable-file.js';
import { entriesOf } from './ledger-entries.js';
import { type LedgerLines, splitLines } from './ledger-lines.js';
import { decodeName, encodeName } from './names.js';

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

/** All whole lines of all ledgers; a line that is just being written is not there yet. */
export async function readEntries(directory: string): Promise<readonly Entry[]> {
  const ledgers = await ledgersIn(directory);
  const read = ledgers.map(async (ledger) => entriesOf(ledger, (await readLedger(directory, ledger)).lines));
  return (await Promise.all(read)).flat();
}
