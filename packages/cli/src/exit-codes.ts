import type { Outcome } from '@cordon/core';

/** What the command's exit code says. */
export const EXIT = {
  /** Everything was done; a journal is whole. */
  complete: 0,
  /** The engine could not go on, or a journal is broken: the incident stays open and resumes. */
  trouble: 1,
  /** The command was not understood, or its configuration is wrong: nothing was touched. */
  usage: 2,
  /** Something failed or was skipped; a journal is still open. */
  incomplete: 3,
  /** The suspect is not contained. */
  failed: 4,
  /** A guard, or the filter, said no. */
  refused: 5,
  /** Stopped by Ctrl-C: the incident stays open and resumes. 128 + SIGINT, as shells have it. */
  interrupted: 130,
} as const;

const OF_OUTCOME: Readonly<Record<Outcome, number>> = {
  complete: EXIT.complete,
  incomplete: EXIT.incomplete,
  failed: EXIT.failed,
  refused: EXIT.refused,
};

export function exitOf(outcome: Outcome): number {
  return OF_OUTCOME[outcome];
}

/** From the best to the worst. */
const ORDER: readonly number[] = [
  EXIT.complete,
  EXIT.refused,
  EXIT.incomplete,
  EXIT.interrupted,
  EXIT.trouble,
  EXIT.failed,
];

/** One code for several incidents: the worst of theirs. */
export function worstExit(codes: readonly number[]): number {
  return codes.reduce(
    (worst, code) => (ORDER.indexOf(code) > ORDER.indexOf(worst) ? code : worst),
    EXIT.complete,
  );
}
