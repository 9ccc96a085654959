import { type Entry, JournalConflict, type JournalStore } from '../engine/entry.js';
import type { LockFields } from '../evidence/retention.js';
import { bytesOf, entriesOf } from './ledger-entries.js';
import { type Batch, batchLines, batchName, batchOf } from './s3-layout.js';
import type { S3Texts } from './s3-texts.js';

/** Lines of the batches that were read or written, by key. */
export type BatchesRead = Map<string, readonly string[]>;

/** One object per append; its name is its place, so that only one writer can have it. */
export class S3Store implements JournalStore {
  readonly #texts: S3Texts;
  readonly #folder: string;
  readonly #lock: () => LockFields;
  readonly #read: BatchesRead;

  /** `read`: what is written once need not be read twice, also by stores that come after each other in one process. */
  constructor(texts: S3Texts, folder: string, own: { lock(): LockFields; readonly read: BatchesRead }) {
    this.#texts = texts;
    this.#folder = folder;
    this.#lock = own.lock;
    this.#read = own.read;
  }

  async append(ledger: string, entries: readonly Entry[], expectedSeq: number): Promise<void> {
    const key = `${this.#folder}${batchName({ ledger, seq: expectedSeq })}`;
    const text = Buffer.from(bytesOf(entries)).toString('utf8');
    if (await this.#texts.create(key, text, this.#lock())) {
      this.#read.set(key, batchLines(Buffer.from(text)));
      return;
    }
    throw new JournalConflict(`Somebody else has written entry ${expectedSeq} of ledger ${ledger}.`);
  }

  async read(): Promise<readonly Entry[]> {
    const keys = (await this.#texts.keys(this.#folder)).filter((key) => this.#batch(key) !== undefined);
    const missing = keys.filter((key) => !this.#read.has(key));
    const bytes = await this.#texts.readAll(missing);
    for (const [index, key] of missing.entries())
      this.#read.set(key, batchLines(bytes[index] ?? Buffer.of()));
    return this.#ledgers(keys).flatMap(([ledger, lines]) => entriesOf(ledger, lines));
  }

  async ledgers(): Promise<readonly string[]> {
    const names = (await this.#texts.keys(this.#folder)).flatMap((key) => this.#batch(key)?.ledger ?? []);
    return [...new Set(names)];
  }

  #batch(key: string): Batch | undefined {
    return batchOf(key.slice(this.#folder.length));
  }

  #ledgers(keys: readonly string[]): readonly (readonly [string, readonly string[]])[] {
    const ledgers = new Map<string, string[]>();
    for (const key of keys) {
      const ledger = this.#batch(key)?.ledger ?? '';
      const lines = ledgers.get(ledger) ?? [];
      lines.push(...(this.#read.get(key) ?? []));
      ledgers.set(ledger, lines);
    }
    return [...ledgers];
  }
}
