import type { EvidenceStore } from '../engine/artifact.js';
import type { Entry } from '../engine/entry.js';
import type { InspectableJournal } from './inspection.js';
import type { JournalProblem, JournalProblemCode } from './problem.js';
import { signatureProblems } from './signed-heads.js';
import { anchorProblems, type Heads, outsideAnchorProblems } from './verify-anchors.js';
import { chainProblems, quoteProblems } from './verify-chains.js';
import { closingProblems, isClosed } from './verify-closing.js';
import { evidenceProblems } from './verify-evidence.js';
import { type Ledgers, readLedgers } from './verify-lines.js';

export interface VerifyOptions {
  /** Where the artifacts lie; without it they are not looked at. */
  readonly evidence?: EvidenceStore;
  /** Heads that were written down outside the journal: in Slack, under a signature, in an execution's history. */
  readonly anchors?: readonly Heads[];
  /** Of the key that `kmsAnchor` signs with, in PEM: every signature is checked, and a closed journal has one. */
  readonly publicKey?: string;
}

/** What became of a journal's claim to be whole. */
export interface Verification {
  /**
   * `whole`: every run in it is closed, and all is as it was written. `open`: nothing is wrong with what is there, but
   * a run is not closed, so more may be missing. `broken`: see `problems`.
   */
  readonly state: 'whole' | 'open' | 'broken';
  readonly problems: readonly JournalProblem[];
  /** How many entries could be read. */
  readonly entries: number;
  /** Last hash of every ledger. */
  readonly heads: Heads;
}

function headsOf(ledgers: Ledgers): Heads {
  const heads = Array.from(ledgers, ([ledger, entries]) => [ledger, entries.at(-1)?.hash ?? ''] as const);
  return Object.fromEntries(heads);
}

/** A torn end is what a crash leaves; after `closed` nothing was being written. */
function stateOf(problems: readonly JournalProblem[], closed: boolean): Verification['state'] {
  const harmless: readonly JournalProblemCode[] = closed ? ['LATE_VISITOR'] : ['LATE_VISITOR', 'TORN_LINE'];
  const serious = problems.filter(({ code }) => !harmless.includes(code));
  if (serious.length > 0) return 'broken';
  return closed ? 'whole' : 'open';
}

function readable(ledgers: Ledgers): readonly Entry[] {
  return [...ledgers.values()].flat().filter((entry) => entry !== undefined);
}

/**
 * Checks an incident's journal as it lies in its store: every ledger's chain, every quote, that nothing is open or
 * later than the closing entry, the anchors, and the artifacts. Writes nothing and takes no lock.
 *
 * A chain alone proves nothing to whoever can rewrite it: `anchors` are what holds the journal to its word.
 */
export async function verifyJournal(
  journal: Pick<InspectableJournal, 'inspect'>,
  incidentId: string,
  options: VerifyOptions = {},
): Promise<Verification> {
  const inspection = await journal.inspect(incidentId);
  const { ledgers, problems: unreadable } = readLedgers(inspection.lines);
  const entries = readable(ledgers);
  const problems = [
    ...inspection.problems,
    ...unreadable,
    ...chainProblems(ledgers),
    ...quoteProblems(ledgers),
    ...closingProblems(ledgers, incidentId),
    ...anchorProblems(ledgers),
    ...outsideAnchorProblems(ledgers, options.anchors ?? []),
    ...(options.publicKey === undefined
      ? []
      : signatureProblems(ledgers, { incidentId, publicKey: options.publicKey })),
    ...(options.evidence === undefined ? [] : await evidenceProblems(entries, options.evidence)),
  ];
  const state = stateOf(problems, isClosed(ledgers));
  return { state, problems, entries: entries.length, heads: headsOf(ledgers) };
}
