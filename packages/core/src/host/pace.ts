/** A look costs a worker's invocation and three state transitions: one that comes late by a sixteenth is no loss. */
const SHARE_OF_ELAPSED = 0.06;
const LONGEST_SECONDS = 15 * 60;
/** A person has answered, or has not: containment waits for it. */
const LONGEST_FOR_GUARD_SECONDS = 60;

/** How a worker's next look is spaced. */
export interface Pace {
  /** Since what is waited for began. */
  readonly elapsedMs: number;
  readonly leastSeconds: number;
  readonly forGuard: boolean;
}

/** Seconds until the next look, at most. */
export function longestWait({ forGuard }: Pick<Pace, 'forGuard'>): number {
  return forGuard ? LONGEST_FOR_GUARD_SECONDS : LONGEST_SECONDS;
}

/**
 * Seconds until the next look at something that has taken so long already. Looks so grow rarer with what they look at:
 * about two hundred in a day, however long it takes.
 */
export function pacedSeconds(pace: Pace): number {
  const share = (pace.elapsedMs / 1000) * SHARE_OF_ELAPSED;
  return Math.min(longestWait(pace), Math.max(pace.leastSeconds, share));
}
