import type { Observation } from '@cordon/core';
import type { AnalysisContext } from '../../engine/analysis.js';
import { isAtLeast } from '../../engine/severity.js';
import { isAttempt } from '../../story/attempt.js';

/** When the intruder was there, as far as the worst observations with a time say. */
export interface IntrusionWindow {
  readonly fromMs: number;
  readonly toMs: number;
  /** @param seconds - since the epoch */
  contains(seconds: number | undefined): boolean;
}

/** The intruder was there a little before we noticed. */
const EARLIER_MS = 10 * 60_000;
/** An older observation belongs to another story. */
const LONGEST_MS = 14 * 24 * 3_600_000;

/** Undefined when nothing high or critical has a time: then nothing is judged by when it changed. */
export function intrusionOf(
  seen: readonly Observation[],
  context: AnalysisContext,
): IntrusionWindow | undefined {
  const toMs = Date.parse(context.acquiredAt);
  const times = seen
    .filter((each) => isAtLeast(each.severity, 'high') && !isAttempt(each))
    .flatMap(({ at }) => (at === undefined ? [] : [Date.parse(at)]))
    .filter((ms) => ms <= toMs && toMs - ms <= LONGEST_MS);
  if (times.length === 0) return undefined;
  const fromMs = Math.min(...times) - EARLIER_MS;
  return {
    fromMs,
    toMs,
    contains: (seconds) => seconds !== undefined && seconds * 1000 >= fromMs && seconds * 1000 <= toMs,
  };
}
