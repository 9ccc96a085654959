import type { Phase } from '../engine/phase.js';

/** A look costs a worker's invocation and three state transitions: one that comes late by a sixteenth is no loss. */
export const DEFAULT_SPACING = 0.06;
const LONGEST_SECONDS = 15 * 60;
/** A person has answered, or has not: containment waits for it. */
const LONGEST_FOR_GUARD_SECONDS = 60;

/** How a worker's next look is spaced: for hosts that reckon beforehand how many there will be. */
export interface Pace {
  /** Since what is waited for began. */
  readonly elapsedMs: number;
  readonly leastSeconds: number;
  readonly forGuard: boolean;
  /** Share of what has elapsed that may pass until the next look. */
  readonly spacing: number;
}

/** Seconds until the next look, at most. */
export function longestWait({ forGuard }: Pick<Pace, 'forGuard'>): number {
  return forGuard ? LONGEST_FOR_GUARD_SECONDS : LONGEST_SECONDS;
}

/** How soon a step is looked at again whose ticket is new: containment hurries. */
export function leastForNewTicket(phase: Phase): number {
  return phase === 'protect' || phase === 'contain' ? 1 : 3;
}

/** How soon it is looked at again when nothing was new. */
export function leastForOldTicket(phase: Phase): number {
  return phase === 'protect' || phase === 'contain' ? 2 : 10;
}

/** How soon it is asked again whether a step may start. */
export function leastAtGate(phase: Phase): number {
  return phase === 'protect' || phase === 'contain' ? 1 : 10;
}

/**
 * Seconds until the next look at something that has taken so long already. Looks so grow rarer with what they look at:
 * about two hundred in a day, however long it takes.
 */
export function pacedSeconds(pace: Pace): number {
  const share = (pace.elapsedMs / 1000) * pace.spacing;
  return Math.min(longestWait(pace), Math.max(pace.leastSeconds, share));
}
