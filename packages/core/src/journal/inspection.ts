import type { JournalProvider } from '../engine/entry.js';
import type { JournalProblem } from './problem.js';

/** One line as it lies in the store, unjudged. */
export interface InspectedLine {
  readonly ledger: string;
  readonly text: string;
}

/** A journal as it lies in its store, for `verifyJournal`: read without lock, nothing is repaired. */
export interface Inspection {
  /** Each ledger's lines in their order. */
  readonly lines: readonly InspectedLine[];
  /** What the store itself can tell: torn ends, second versions, delete markers, objects that are no entries. */
  readonly problems: readonly JournalProblem[];
}

/** A provider whose journals can be verified, also by somebody who may only read. */
export interface InspectableJournal extends JournalProvider {
  inspect(incidentId: string): Promise<Inspection>;
}
