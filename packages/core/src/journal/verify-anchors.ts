import * as v from 'valibot';
import { shown } from '../findings/problem.js';
import type { JournalProblem } from './problem.js';
import { findHash, type Ledgers } from './verify-lines.js';

/** Last hashes of ledgers at some moment. */
export type Heads = { readonly [ledger: string]: string };

const HeadsSchema = v.object({ heads: v.record(v.string(), v.string()) });

/** The heads that an entry's body quotes. A hostile journal may hold anything there. */
export function quotedHeads(body: unknown): Heads | undefined {
  const parsed = v.safeParse(HeadsSchema, body);
  return parsed.success ? parsed.output.heads : undefined;
}

function missing(ledgers: Ledgers, heads: Heads): readonly string[] {
  return Object.entries(heads).flatMap(([ledger, hash]) =>
    findHash(ledgers, ledger, hash) === undefined ? [ledger] : [],
  );
}

/** Anchors that the journal itself tells of. */
export function anchorProblems(ledgers: Ledgers): readonly JournalProblem[] {
  return [...ledgers.values()].flat().flatMap((entry) => {
    if (entry?.kind !== 'anchor') return [];
    return missing(ledgers, quotedHeads(entry.body) ?? {}).map((quoted): JournalProblem => {
      const message = `It anchors an entry of ledger ${shown(quoted)} that is not there.`;
      return { ledger: entry.ledger, seq: entry.seq, code: 'ANCHOR_MISMATCH', message };
    });
  });
}

/** Anchors that were kept elsewhere. */
export function outsideAnchorProblems(
  ledgers: Ledgers,
  anchors: readonly Heads[],
): readonly JournalProblem[] {
  return anchors.flatMap((heads) =>
    missing(ledgers, heads).map((ledger): JournalProblem => {
      const length = ledgers.get(ledger)?.length ?? 0;
      const message = `An anchor outside names an entry that ledger ${shown(ledger)} does not have.`;
      return { ledger, seq: length, code: 'ANCHOR_MISMATCH', message };
    }),
  );
}
