import type { Observation } from '@cordon/core';

/** A sign that nothing leads to counts for half. */
const ALONE = 0.5;

/** A sign, and whether it belongs to the rest. */
export interface Sign {
  readonly observation: Observation;
  readonly linked: boolean;
}

/**
 * Independent signs: each leaves less doubt; never quite certain. Several rules that judge one and the same thing are no
 * independent signs: the surest of them counts, once.
 */
export function together(signs: readonly Sign[]): number {
  const surest = new Map<string, number>();
  for (const { observation, linked } of signs) {
    const { entity, confidence = 0.5 } = observation;
    const weight = Math.min(confidence, 0.95) * (linked ? 1 : ALONE);
    surest.set(entity, Math.max(surest.get(entity) ?? 0, weight));
  }
  if (surest.size === 0) return 0.1;
  const doubt = [...surest.values()].reduce((product, confidence) => product * (1 - confidence), 1);
  return Math.min(0.99, Math.round((1 - doubt) * 100) / 100);
}
