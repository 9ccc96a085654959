import type { Clock } from '../engine/clock.js';
import {
  type Entry,
  type EntryDraft,
  type Journal,
  JournalConflict,
  type JournalProvider,
  type JournalStore,
} from '../engine/entry.js';
import { plainJson } from './canonical.js';
import { tellChannel } from './journal-channel.js';
import { LedgerIndex } from './ledger-index.js';
import { hashOf } from './line.js';
import { runLedgerOf } from './names.js';
import { arrange } from './order.js';
import { JournalDamaged } from './problem.js';
import { type Repair, repairNotice, repairsOf } from './repair.js';
import { Turns } from './turns.js';

class ChainedJournal implements Journal {
  readonly #store: JournalStore;
  readonly #clock: Clock;
  readonly #turns = new Turns();
  readonly #index = new LedgerIndex();

  constructor(
    readonly incidentId: string,
    store: JournalStore,
    clock: Clock,
  ) {
    this.#store = store;
    this.#clock = clock;
  }

  get entries(): readonly Entry[] {
    return this.#index.entries;
  }

  heads(): { readonly [ledger: string]: string } {
    return this.#index.heads();
  }

  append(
    ledger: string,
    drafts: readonly EntryDraft[],
    after: readonly string[] = [],
  ): Promise<readonly Entry[]> {
    const work = () => this.#write(ledger, drafts, after);
    if (!drafts.some((draft) => draft.kind === 'closed')) return this.#turns.inLane(ledger, work);
    return this.#turns.alone(async () => {
      this.#refuseToCloseOver(ledger, await this.#reread());
      return work();
    });
  }

  async refresh(): Promise<void> {
    await this.#turns.alone(() => this.#reread());
  }

  async hasNews(): Promise<boolean> {
    const ledgers = await this.#store.ledgers();
    return ledgers.some((ledger) => this.#index.head(ledger) === undefined);
  }

  async close(): Promise<void> {
    await this.#turns.alone(async () => this.#store.close?.());
  }

  /** A closing entry speaks for all ledgers, so it has seen them; but what the run itself was told is decided upon. */
  #refuseToCloseOver(ledger: string, unseen: readonly Entry[]): void {
    if (!unseen.some((entry) => entry.ledger === ledger)) return;
    throw new JournalConflict(`Ledger ${ledger} has grown: decide again before closing.`);
  }

  /** Takes over what others have written, and returns it. */
  async #reread(): Promise<readonly Entry[]> {
    const stored = arrange(await this.#store.read());
    const checked = new LedgerIndex();
    for (const entry of stored) checked.addChecked(entry);
    this.#refuseLoss(new Set(stored.map((entry) => entry.hash)));
    const known = new Set(this.entries.map((entry) => entry.hash));
    const unseen = stored.filter((entry) => !known.has(entry.hash));
    for (const entry of unseen) this.#index.add(entry);
    return unseen;
  }

  #refuseLoss(stored: ReadonlySet<string>): void {
    const lost = this.entries.find((entry) => !stored.has(entry.hash));
    if (lost === undefined) return;
    const message = 'It was read or written before and is gone.';
    throw new JournalDamaged({ ledger: lost.ledger, seq: lost.seq, code: 'WRONG_PLACE', message });
  }

  async #write(
    ledger: string,
    drafts: readonly EntryDraft[],
    after: readonly string[],
  ): Promise<readonly Entry[]> {
    if (drafts.length === 0) return [];
    const entries = this.#compose(ledger, drafts, after);
    await this.#store.append(ledger, entries, entries[0]?.seq ?? 0);
    for (const entry of entries) this.#index.add(entry);
    tellChannel(this.incidentId, entries);
    return entries;
  }

  #compose(ledger: string, drafts: readonly EntryDraft[], after: readonly string[]): readonly Entry[] {
    const at = this.#now();
    let { next: seq, hash: prev = '' } = this.#index.tail(ledger);
    return drafts.map((draft) => {
      const quotes = seq === 0 ? this.#quotes(after) : {};
      const completed = this.#completed(draft, { ledger, prev });
      const placed = plainJson({ attempt: 0, ...completed, ledger, seq, at, prev, ...quotes });
      // The compiler cannot see through the spread that kind and body still belong together.
      const entry = { ...placed, hash: hashOf(placed) } as Entry;
      seq += 1;
      prev = entry.hash;
      return entry;
    });
  }

  /** Never earlier than what is already on record, whatever the clocks of the hosts say. */
  #now(): string {
    const now = this.#clock.now().toISOString();
    const { lastAt } = this.#index;
    if (now < lastAt) return lastAt;
    return now;
  }

  #quotes(after: readonly string[]): { readonly after?: Readonly<Record<string, string>> } {
    const quoted = after.flatMap((ledger) => {
      const head = this.#index.head(ledger);
      return head === undefined ? [] : [[ledger, head] as const];
    });
    return quoted.length === 0 ? {} : { after: Object.fromEntries(quoted) };
  }

  /** The closing line's heads are the journal's own knowledge, not the writer's. */
  #completed(draft: EntryDraft, place: { readonly ledger: string; readonly prev: string }): EntryDraft {
    if (draft.kind !== 'closed') return draft;
    const own = place.prev === '' ? {} : { [place.ledger]: place.prev };
    return { ...draft, body: { ...draft.body, heads: { ...this.heads(), ...own } } };
  }
}

/** What a dead writer left half written is told in the ledger of the run that it belonged to. */
async function recordRepairs(journal: Journal, repairs: readonly Repair[]): Promise<void> {
  for (const repair of repairs) {
    const run = runLedgerOf(repair.ledger);
    const entries = journal.entries.filter((entry) => entry.ledger === run);
    const speaks = entries.length > 0 && !entries.some((entry) => entry.kind === 'closed');
    if (speaks) await journal.append(run, [repairNotice(repair)]);
  }
}

async function overStore(store: JournalStore, incidentId: string, clock: Clock): Promise<Journal> {
  try {
    const journal = new ChainedJournal(incidentId, store, clock);
    await journal.refresh();
    await recordRepairs(journal, repairsOf(store));
    return journal;
  } catch (error) {
    await store.close?.();
    throw error;
  }
}

/**
 * Opens an incident's journal, or begins it, for the host that drives the incident: everything that is stored is read
 * and its chains are checked.
 *
 * @throws JournalDamaged when an entry is not what was written: nothing may be resumed from it
 * @throws JournalInUse when another living process drives the incident
 */
export async function openJournal(
  provider: JournalProvider,
  incidentId: string,
  clock: Clock,
): Promise<Journal> {
  return overStore(await provider.open(incidentId), incidentId, clock);
}

/**
 * The same for someone who only reads, or adds a ledger of his own beside those of the host.
 *
 * @throws JournalDamaged as `openJournal`
 */
export async function visitJournal(
  provider: JournalProvider,
  incidentId: string,
  clock: Clock,
): Promise<Journal> {
  return overStore(await provider.visit(incidentId), incidentId, clock);
}

/**
 * The same for one of several workers that drive the incident together.
 *
 * @throws JournalDamaged as `openJournal`
 * @throws JournalInUse when the store has one writer at a time, and another has it
 */
export async function shareJournal(
  provider: JournalProvider,
  incidentId: string,
  clock: Clock,
): Promise<Journal> {
  const store = await (provider.share?.(incidentId) ?? provider.open(incidentId));
  return overStore(store, incidentId, clock);
}
