import { createHash } from 'node:crypto';

/**
 * The step's key: 32 hex digits, the same on every attempt; a new one only when the earlier effect is known dead.
 * Goes out as ClientToken, or as the tag `cordon:key`.
 */
export function stepKey(incidentId: string, step: string, generation: number): string {
  return createHash('sha256').update(`${incidentId}\n${step}\n${generation}`).digest('hex').slice(0, 32);
}

/** A number in [0, 1) that depends on nothing but its words: deterministic jitter. */
export function fractionOf(...words: readonly (string | number)[]): number {
  return createHash('sha256').update(words.join('\n')).digest().readUInt32BE(0) / 2 ** 32;
}
