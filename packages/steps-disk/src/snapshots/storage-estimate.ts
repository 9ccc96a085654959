import type { StepEstimate } from '@cordon/core';
import type { Instance } from '@cordon/core/steps';

export interface StoragePrice {
  /**
   * What EC2 takes for a GiB of snapshot a month, in US dollars, for the plan's estimate. Default 0.05, the standard tier
   * in eu-west-1 and us-east-1 as far as known in 2026-11; give your region's own: https://aws.amazon.com/ebs/pricing/
   */
  readonly usdPerGiBMonth?: number;
}

const DEFAULT_PRICE = 0.05;
const DEFAULT_OF = 'the default of 2026-11';

type Volume = Pick<Instance['volumes'][number], 'sizeGiB'>;

/** What snapshots of all of these volumes take at most. EC2 charges only for blocks that were ever written. */
export function storageEstimate(
  what: string,
  volumes: readonly Volume[],
  { usdPerGiBMonth }: StoragePrice,
): readonly StepEstimate[] {
  if (volumes.length === 0) return [];
  const gib = volumes.reduce((sum, { sizeGiB }) => sum + sizeGiB, 0);
  const price = usdPerGiBMonth ?? DEFAULT_PRICE;
  const from = usdPerGiBMonth === undefined ? DEFAULT_OF : 'as configured';
  return [
    {
      what: `${what}: ${gib} GiB of ${volumes.length} volume${volumes.length === 1 ? '' : 's'}`,
      usdPerMonth: gib * price,
      basis: `at most, were the volumes full; $${price} a GiB-month, ${from}`,
    },
  ];
}
