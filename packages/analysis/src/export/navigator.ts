import type { Observation } from '@cordon/core';
import { ATTACK_VERSION, techniquesOf } from '../attack/techniques.js';
import { SEVERITY_RANK } from '../engine/severity.js';

/** A layer for the ATT&CK Navigator: each technique with the gravest observation that shows it. */
export function navigatorLayer(observations: readonly Observation[], name: string): object {
  const scores = new Map<string, { score: number; count: number }>();
  for (const { techniques, severity } of observations) {
    for (const { id } of techniquesOf(techniques)) {
      const known = scores.get(id) ?? { score: 0, count: 0 };
      scores.set(id, { score: Math.max(known.score, SEVERITY_RANK[severity]), count: known.count + 1 });
    }
  }
  return {
    name,
    domain: 'enterprise-attack',
    versions: { attack: ATTACK_VERSION, layer: '4.5', navigator: '5.1.0' },
    sorting: 3,
    gradient: { colors: ['#ffffff', '#a3123a'], minValue: 0, maxValue: SEVERITY_RANK.critical },
    techniques: [...scores].map(([techniqueID, { score, count }]) => ({
      techniqueID,
      score,
      comment: `${count} ${count === 1 ? 'observation' : 'observations'}`,
    })),
  };
}
