import type { JournalProvider, JournalStore } from '@cordon/core';
import { crashHere, isDead } from '@cordon/testkit';

/** A journal whose nth append is the last thing that its process does. */
export class DyingJournal implements JournalProvider {
  readonly #journal: JournalProvider;
  readonly #nth: number | undefined;
  #appends = 0;

  constructor(journal: JournalProvider, nth: number | undefined) {
    this.#journal = journal;
    this.#nth = nth;
  }

  get appends(): number {
    return this.#appends;
  }

  async open(incidentId: string): Promise<JournalStore> {
    return this.#dying(await this.#journal.open(incidentId));
  }

  async share(incidentId: string): Promise<JournalStore> {
    return this.#dying(await (this.#journal.share?.(incidentId) ?? this.#journal.open(incidentId)));
  }

  visit(incidentId: string): Promise<JournalStore> {
    return this.#journal.visit(incidentId);
  }

  lease(suspectKey: string, candidate: string): Promise<string> {
    return this.#journal.lease(suspectKey, candidate);
  }

  release(suspectKey: string, incidentId: string): Promise<void> {
    return this.#journal.release(suspectKey, incidentId);
  }

  list(): Promise<readonly string[]> {
    return this.#journal.list();
  }

  #dying(store: JournalStore): JournalStore {
    return {
      ...store,
      append: async (ledger, entries, expectedSeq) => {
        if (isDead()) return new Promise(() => undefined);
        await store.append(ledger, entries, expectedSeq);
        this.#appends += 1;
        if (this.#appends === this.#nth) await crashHere(`after append ${this.#nth}`);
      },
    };
  }
}
