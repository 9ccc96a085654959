import type { Instance, MemoryImage } from '../facts.js';

/** What is known when a stop is considered. */
export interface StopSituation {
  readonly instance: Instance | undefined;
  readonly memoryImage: MemoryImage | undefined;
  /** Why memory may be lost, in a person's words; undefined: it may not. */
  readonly memoryWaivedBecause: string | undefined;
  readonly instanceStoreWaivedBecause: string | undefined;
  /** Whether a point-in-time snapshot of every volume has completed. */
  readonly snapshots: 'completed' | 'pending' | 'none';
  /** Keys of encrypted volumes that are disabled or pending deletion. */
  readonly deadKeys: readonly string[];
  readonly oneTimeSpot: 'yes' | 'no' | 'unknown';
}

type Rule = readonly [applies: (situation: StopSituation) => unknown, says: string];

const RULES: readonly Rule[] = [
  [({ instance }) => instance === undefined, 'nobody knows what the instance is made of'],
  [
    ({ memoryImage, memoryWaivedBecause }) => memoryImage === undefined && memoryWaivedBecause === undefined,
    'its memory has no verified image',
  ],
  [
    ({ instance, instanceStoreWaivedBecause }) =>
      instance?.instanceStore === true && instanceStoreWaivedBecause === undefined,
    'its instance store would be wiped',
  ],
  [
    ({ deadKeys }) => deadKeys.length > 0,
    'a key of its volumes is disabled or dying: they would not start again',
  ],
  [({ oneTimeSpot }) => oneTimeSpot !== 'no', 'a one-time Spot instance does not come back'],
  [({ instance }) => instance?.enclave === true, 'its enclave would be lost'],
  [({ snapshots }) => snapshots !== 'completed', 'its snapshots have not completed'],
];

/** What a stop would destroy, in the words of the report; empty when it destroys nothing. */
export function stopObstacles(situation: StopSituation): readonly string[] {
  return RULES.filter(([applies]) => applies(situation)).map(([, says]) => says);
}
