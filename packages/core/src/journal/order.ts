import type { Entry } from '../engine/entry.js';

/** Entries by ledger, each in the order given. */
export function byLedger(entries: readonly Entry[]): ReadonlyMap<string, readonly Entry[]> {
  const ledgers = new Map<string, Entry[]>();
  for (const entry of entries) {
    const ledger = ledgers.get(entry.ledger);
    if (ledger === undefined) ledgers.set(entry.ledger, [entry]);
    else ledger.push(entry);
  }
  return ledgers;
}

/** Ledgers so that each comes after those that its first line quotes. */
function ledgersInOrder(ledgers: ReadonlyMap<string, readonly Entry[]>): readonly string[] {
  const order = new Set<string>();
  const visiting = new Set<string>();
  const visit = (ledger: string): void => {
    const first = ledgers.get(ledger)?.[0];
    if (first === undefined || order.has(ledger) || visiting.has(ledger)) return;
    visiting.add(ledger);
    for (const quoted of Object.keys(first.after ?? {})) visit(quoted);
    order.add(ledger);
  };
  for (const ledger of ledgers.keys()) visit(ledger);
  return [...order];
}

/** One story out of many ledgers: by time, and within one millisecond causes before what relied on them. */
export function arrange(entries: readonly Entry[]): readonly Entry[] {
  const ledgers = byLedger(entries);
  const ordered = ledgersInOrder(ledgers).flatMap((ledger) => ledgers.get(ledger) ?? []);
  return ordered.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}
