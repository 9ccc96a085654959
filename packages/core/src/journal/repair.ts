import type { EntryDraft, JournalStore } from '../engine/entry.js';

/** A line that a dying writer left without an end: cut off, its bytes kept beside the journal. */
export interface Repair {
  readonly ledger: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** A store that had to repair something when it was opened. */
export interface RepairedStore extends JournalStore {
  readonly repairs: readonly Repair[];
}

function isRepaired(store: JournalStore): store is RepairedStore {
  return 'repairs' in store;
}

export function repairsOf(store: JournalStore): readonly Repair[] {
  return isRepaired(store) ? store.repairs : [];
}

export function repairNotice(repair: Repair): EntryDraft {
  const bytes = `${repair.sizeBytes} bytes, SHA-256 ${repair.sha256}`;
  const message = `The last line of ledger ${repair.ledger} was torn by the death of its writer and cut: ${bytes}.`;
  return { kind: 'notice', body: { code: 'TORN_LINE', message } };
}
