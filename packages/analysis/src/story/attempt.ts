import type { Observation } from '@cordon/core';

/** Guessing and scanning: what knocks at the door. What gets in has a technique of its own besides. */
const KNOCKS = /^T(?:1110|1595)(?:\.|$)/;

/** Whether somebody only tried: an attempt is no entry, and may be weeks older than one. */
export function isAttempt({ techniques }: Pick<Observation, 'techniques'>): boolean {
  return techniques.length > 0 && techniques.every((id) => KNOCKS.test(id));
}
