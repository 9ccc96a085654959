/** The order of volatility: what disappears first is taken first. */
export const PHASES = ['protect', 'contain', 'capture', 'seal', 'examine', 'report', 'cleanup'] as const;

export type Phase = (typeof PHASES)[number];

/** Phases in which a step may change or read the suspect itself. */
export type SuspectPhase = 'protect' | 'contain' | 'capture' | 'seal';

const SUSPECT_PHASES: ReadonlySet<Phase> = new Set<Phase>(['protect', 'contain', 'capture', 'seal']);

export function phaseRank(phase: Phase): number {
  return PHASES.indexOf(phase);
}

export function touchesSuspect(phase: Phase): phase is SuspectPhase {
  return SUSPECT_PHASES.has(phase);
}
