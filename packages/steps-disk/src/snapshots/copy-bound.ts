import { type Duration, milliseconds, type StepEstimate } from '@cordon/core';
import type { Instance } from '@cordon/core/steps';

/** https://docs.aws.amazon.com/ebs/latest/userguide/time-based-copies.html */
const STEP_MINUTES = 15;
const LONGEST_MINUTES = 48 * 60;
/** What one copy reaches at most; all of them between two regions reach 2,000, unless that quota was raised. */
const MIB_PER_SECOND = 500;
const MIB_PER_GIB = 1024;

export interface CopyBound {
  /**
   * Buys a bound: EC2 then copies each snapshot within this time, 15 minutes to 48 hours in steps of 15, as far as
   * 500 MiB/s carry. Default: none, as fast as EC2 likes, and nothing to pay for it.
   */
  readonly completeWithin?: Duration;
  /**
   * What such a bound takes for a GiB, in US dollars, for the plan's estimate. Default 0.02: what the shortest one took
   * in us-east-1 as far as known in 2026-11; longer ones are cheaper. https://aws.amazon.com/ebs/pricing/
   */
  readonly usdPerGiBBounded?: number;
}

const DEFAULT_PRICE = 0.02;

/**
 * The bound in minutes, as EC2 takes it; undefined: none is asked for.
 *
 * @throws RangeError where EC2 sells none such: when a pipeline is put together, and not in an incident
 */
export function boundMinutes({ completeWithin }: CopyBound): number | undefined {
  if (completeWithin === undefined) return undefined;
  const minutes = milliseconds(completeWithin) / 60_000;
  if (minutes >= STEP_MINUTES && minutes <= LONGEST_MINUTES && minutes % STEP_MINUTES === 0) return minutes;
  throw new RangeError(`completeWithin: EC2 sells 15 minutes to 48 hours in steps of 15, not ${minutes} min`);
}

type Volume = Pick<Instance['volumes'][number], 'volumeId' | 'sizeGiB'>;

/** A volume that was written all over, and is too large for the bound at the speed that EC2 goes at most. */
function mayBeLate(minutes: number): (volume: Volume) => boolean {
  return ({ sizeGiB }) => (sizeGiB * MIB_PER_GIB) / MIB_PER_SECOND > minutes * 60;
}

/** What the bound takes, at most: EC2 charges for blocks that were ever written. */
export function boundEstimate(
  what: string,
  volumes: readonly Volume[],
  bound: CopyBound,
): readonly StepEstimate[] {
  const minutes = boundMinutes(bound);
  if (minutes === undefined || volumes.length === 0) return [];
  const gib = volumes.reduce((sum, { sizeGiB }) => sum + sizeGiB, 0);
  const price = bound.usdPerGiBBounded ?? DEFAULT_PRICE;
  const from = bound.usdPerGiBBounded === undefined ? 'the dearest bound, as of 2026-11' : 'as configured';
  const late = volumes.filter(mayBeLate(minutes)).map(({ volumeId }) => volumeId);
  const unless = late.length === 0 ? '' : `; ${late.join(', ')} may take longer: ${MIB_PER_SECOND} MiB/s`;
  return [
    {
      what: `${what}: ${gib} GiB within ${minutes} min`,
      usd: gib * price,
      time: { minutes },
      basis: `at most, were the volumes full; $${price} a GiB, ${from}${unless}`,
    },
  ];
}
