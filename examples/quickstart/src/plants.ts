import type { Observation } from '@cordon/core';
import type { Plant } from '@cordon/testkit';

/** What shows a planted thing, and where. */
export interface Proof {
  readonly plant: Plant;
  readonly observation: Observation | undefined;
}

const RANK = ['info', 'low', 'medium', 'high', 'critical'];

/** An observation speaks of a place when it is about it, names it, or points into it. */
function speaksOf(observation: Observation, place: string): boolean {
  const { entity, title, excerpt = '', evidence } = observation;
  const words = [entity, title, excerpt, ...evidence.map(({ path = '' }) => path)];
  return words.some((word) => word.includes(place));
}

function isProof(observation: Observation, { where }: Plant): boolean {
  return observation.severity !== 'info' && where.some((place) => speaksOf(observation, place));
}

/** For every planted thing the gravest observation that shows it. */
export function proofs(plants: readonly Plant[], observations: readonly Observation[]): readonly Proof[] {
  const gravestFirst = observations.toSorted((a, b) => RANK.indexOf(b.severity) - RANK.indexOf(a.severity));
  return plants.map((plant) => ({
    plant,
    observation: gravestFirst.find((observation) => isProof(observation, plant)),
  }));
}

/** `disk/vol-1.tar.gz: fs/etc/passwd:20` */
export function placeOf({ evidence }: Observation): string {
  const [first] = evidence;
  if (first === undefined) return 'the journal';
  const path = first.path === undefined ? '' : `: ${first.path}`;
  if (first.line !== undefined) return `${first.artifact}${path}:${first.line}`;
  return first.offsetBytes === undefined
    ? `${first.artifact}${path}`
    : `${first.artifact}${path}, byte ${first.offsetBytes}`;
}
