import type { Entry } from '../engine/entry.js';
import { EMPTY, successorProblem, type Tail, tailOf } from './chain.js';
import { JournalDamaged } from './problem.js';

/** What is known of a journal: its entries, and where each ledger ends. */
export class LedgerIndex {
  readonly entries: Entry[] = [];
  readonly #tails = new Map<string, Tail>();
  /** Time of the youngest entry, over all ledgers. */
  lastAt = '';

  tail(ledger: string): Tail {
    return this.#tails.get(ledger) ?? EMPTY;
  }

  /** Last hash of a ledger that has entries. */
  head(ledger: string): string | undefined {
    return this.#tails.get(ledger)?.hash;
  }

  heads(): { readonly [ledger: string]: string } {
    return Object.fromEntries(Array.from(this.#tails, ([ledger, { hash = '' }]) => [ledger, hash]));
  }

  add(entry: Entry): void {
    this.entries.push(entry);
    this.#tails.set(entry.ledger, tailOf(entry));
    if (entry.at > this.lastAt) this.lastAt = entry.at;
  }

  /** @throws JournalDamaged when the entry does not follow its ledger */
  addChecked(entry: Entry): void {
    const problem = successorProblem(entry, entry.ledger, this.tail(entry.ledger));
    if (problem !== undefined) throw new JournalDamaged(problem);
    this.add(entry);
  }
}
