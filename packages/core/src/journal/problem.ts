/** What can be wrong with a journal. */
export type JournalProblemCode =
  /** The line is no entry, or not in its canonical form. */
  | 'UNREADABLE'
  /** A line without an end: the writer died. Harmless before `closed`; a writer that resumes cuts it. */
  | 'TORN_LINE'
  | 'HASH_MISMATCH'
  | 'PREVIOUS_MISMATCH'
  /** An entry is missing, doubled or out of its place. */
  | 'WRONG_PLACE'
  | 'TIME_BACKWARDS'
  | 'AFTER_MISMATCH'
  | 'HEAD_MISMATCH'
  | 'ANCHOR_MISMATCH'
  /** An anchor was not signed by the key it should have been signed by, or there is none. */
  | 'ANCHOR_SIGNATURE'
  | 'NOT_OPENED'
  | 'OPEN_AT_CLOSE'
  | 'LATER_THAN_CLOSED'
  /** A finding or an order that the closing entry did not see: nobody acted on it. Harmless. */
  | 'LATE_VISITOR'
  /** A retry or a release that does not say which closed run it follows. */
  | 'RUN_UNTIED'
  | 'EVIDENCE'
  /** The store holds more than one version of what is written once. */
  | 'SECOND_VERSION'
  | 'DELETE_MARKER'
  | 'STRAY';

/** One thing that is wrong, at one entry. */
export interface JournalProblem {
  readonly ledger: string;
  /** The entry's number in its ledger, from 0. */
  readonly seq: number;
  readonly code: JournalProblemCode;
  /** One sentence; names nothing that an intruder wrote. */
  readonly message: string;
}

/** The journal is not what its writers wrote: nothing may be resumed from it. */
export class JournalDamaged extends Error {
  override readonly name = 'JournalDamaged';
  constructor(readonly problem: JournalProblem) {
    super(`${problem.code} in ledger ${problem.ledger}, entry ${problem.seq}: ${problem.message}`);
  }
}
