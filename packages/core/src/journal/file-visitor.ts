import { JournalConflict, type JournalStore } from '../engine/entry.js';
import { createDurably, makeDirectory } from './durable-file.js';
import { bytesOf } from './ledger-entries.js';
import { ledgerPath, ledgersIn, readEntries } from './ledger-files.js';

/**
 * A store without the lock: it reads, and adds ledgers that are new, each whole in one append. To go on with a ledger
 * is for the process that holds the lock.
 */
export function visitingStore(directory: string): JournalStore {
  return {
    async append(ledger, entries, expectedSeq) {
      await makeDirectory(directory);
      const created =
        expectedSeq === 0 && (await createDurably(ledgerPath(directory, ledger), bytesOf(entries)));
      if (!created)
        throw new JournalConflict(`A visitor only begins ledgers, and ${ledger} is there already.`);
    },
    read: () => readEntries(directory),
    ledgers: () => ledgersIn(directory),
  };
}
