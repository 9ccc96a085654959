import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { type Entry, JournalConflict } from '../engine/entry.js';
import { createDurably, makeDirectory, syncDirectory } from './durable-file.js';
import { bytesOf, entriesOf } from './ledger-entries.js';
import { ledgerPath, ledgersIn, readEntries, readLedger } from './ledger-files.js';
import { LedgerIndex } from './ledger-index.js';
import { encodeName } from './names.js';
import type { Repair, RepairedStore } from './repair.js';

/** How long a ledger is. */
interface Extent {
  readonly entries: number;
  readonly sizeBytes: number;
}

async function cut(path: string, sizeBytes: number): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.truncate(sizeBytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** One incident's ledgers as files of JSON lines. Its owner holds the lock. */
export class FileStore implements RepairedStore {
  readonly repairs: Repair[] = [];
  readonly #directory: string;
  readonly #release: () => Promise<void>;
  readonly #extents = new Map<string, Extent>();

  private constructor(directory: string, release: () => Promise<void>) {
    this.#directory = directory;
    this.#release = release;
  }

  /** Cuts what a dead writer left torn; its bytes are kept in `keep`. */
  static async open(directory: string, keep: string, release: () => Promise<void>): Promise<FileStore> {
    const store = new FileStore(directory, release);
    for (const ledger of await ledgersIn(directory)) await store.#take(ledger, keep);
    return store;
  }

  async append(ledger: string, entries: readonly Entry[], expectedSeq: number): Promise<void> {
    const extent = this.#extents.get(ledger) ?? { entries: 0, sizeBytes: 0 };
    if (extent.entries !== expectedSeq) {
      throw new JournalConflict(`Ledger ${ledger} has ${extent.entries} entries, not ${expectedSeq}.`);
    }
    const bytes = bytesOf(entries);
    await this.#write(ledger, bytes, extent.sizeBytes);
    this.#extents.set(ledger, {
      entries: extent.entries + entries.length,
      sizeBytes: extent.sizeBytes + bytes.length,
    });
  }

  read(): Promise<readonly Entry[]> {
    return readEntries(this.#directory);
  }

  ledgers(): Promise<readonly string[]> {
    return ledgersIn(this.#directory);
  }

  close(): Promise<void> {
    return this.#release();
  }

  async #take(ledger: string, keep: string): Promise<void> {
    const path = ledgerPath(this.#directory, ledger);
    const { lines, sizeBytes, torn } = await readLedger(this.#directory, ledger);
    if (torn.length > 0) {
      // What was tampered with stays as it is found.
      const checked = new LedgerIndex();
      for (const entry of entriesOf(ledger, lines)) checked.addChecked(entry);
      const sha256 = createHash('sha256').update(torn).digest('hex');
      await makeDirectory(keep);
      await createDurably(join(keep, `${encodeName(ledger)}.${lines.length}.${sha256}`), torn);
      await cut(path, sizeBytes);
      this.repairs.push({ ledger, sizeBytes: torn.length, sha256 });
    }
    this.#extents.set(ledger, { entries: lines.length, sizeBytes });
  }

  async #write(ledger: string, bytes: Uint8Array, at: number): Promise<void> {
    const path = ledgerPath(this.#directory, ledger);
    const handle = await open(path, 'a', 0o600);
    try {
      if ((await handle.stat()).size !== at) {
        throw new JournalConflict(`The file of ledger ${ledger} was changed by somebody else.`);
      }
      await this.#writeWhole(handle, bytes, at);
    } finally {
      await handle.close();
    }
    if (at === 0) await syncDirectory(this.#directory);
  }

  /** All or nothing: a disk that fills up leaves no half line for the next append to follow. */
  async #writeWhole(handle: FileHandle, bytes: Uint8Array, at: number): Promise<void> {
    try {
      await handle.appendFile(bytes);
      await handle.datasync();
    } catch (error) {
      await handle.truncate(at);
      throw error;
    }
  }
}
