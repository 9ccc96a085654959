import { describe, expect, it } from 'vitest';
import type { Instance, MemoryImage } from '../../../src/steps/facts.js';
import { type StopSituation, stopObstacles } from '../../../src/steps/seal/stop-obstacles.js';

// Only what the rules look at.
const instance = { instanceStore: false, enclave: false } as Instance;
const harmless: StopSituation = {
  instance,
  memoryImage: {} as MemoryImage,
  memoryWaivedBecause: undefined,
  instanceStoreWaivedBecause: undefined,
  snapshots: 'completed',
  deadKeys: [],
  oneTimeSpot: 'no',
};

describe('a stop', () => {
  it('destroys nothing when all is preserved', () => {
    expect(stopObstacles(harmless)).toEqual([]);
  });

  it.each<[string, Partial<StopSituation>, RegExp]>([
    ['without an image of the memory', { memoryImage: undefined }, /memory/],
    ['with an instance store', { instance: { ...instance, instanceStore: true } }, /instance store/],
    ['with an enclave', { instance: { ...instance, enclave: true } }, /enclave/],
    ['with a dying key', { deadKeys: ['key-1'] }, /key/],
    ['of one-time Spot', { oneTimeSpot: 'yes' }, /Spot/],
    ['of what may be one-time Spot', { oneTimeSpot: 'unknown' }, /Spot/],
    ['before the snapshots have completed', { snapshots: 'pending' }, /snapshots/],
    ['of what nobody has looked at', { instance: undefined }, /nobody knows/],
  ])('%s is refused', (_name, situation, says) => {
    expect(stopObstacles({ ...harmless, ...situation })).toEqual([expect.stringMatching(says)]);
  });

  it('may lose memory that somebody has waived by name', () => {
    const situation = {
      ...harmless,
      memoryImage: undefined,
      memoryWaivedBecause: 'no module for this kernel',
    };
    expect(stopObstacles(situation)).toEqual([]);
  });
});
