import type { Signal } from './signal.js';

export interface Verdict {
  /** 0 and up; from {@link DETECTED} on it is a detection. */
  readonly score: number;
  /** The strongest first. */
  readonly signals: readonly Signal[];
}

export const DETECTED = 40;

/** Below it a further signal hardly counts. */
const NOTABLE = 10;

/** The strongest signal counts whole, each other by its strength: many weak ones never make a strong one. */
export function score(signals: readonly Signal[]): Verdict {
  const ordered = [...signals].sort((a, b) => b.weight - a.weight);
  let total = 0;
  let bonus = 0;
  ordered.forEach((signal, index) => {
    total += index === 0 ? signal.weight : signal.weight * (signal.weight >= NOTABLE ? 0.6 : 0.2);
    bonus += signal.bonus ?? 0;
  });
  return { score: total + bonus, signals: ordered };
}

/** From score to a probability-like figure: 40 -> 0.63, 100 -> 0.92. */
export function confidence(score: number): number {
  return Math.round((1 - Math.exp(-score / 40)) * 100) / 100;
}
