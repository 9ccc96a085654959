import type { Account, BaseContext, StepEstimate } from '@cordon/core';
import type { Instance } from '@cordon/core/steps';

/** Where copies are kept. */
export interface Home {
  /**
   * Region in which the copies are kept, with the key and the security account's rights. Default: that of the security
   * account's session, which is the suspect's unless the deployment says otherwise: evidence leaves its region only
   * when somebody has written so.
   */
  readonly region?: string;
  /**
   * What EC2 takes for a GiB that is carried into another region, in US dollars, for the plan's estimate. Default 0.02,
   * from eu-west-1 and us-east-1 as far as known in 2026-11.
   */
  readonly usdPerGiBCarried?: number;
}

const DEFAULT_PRICE = 0.02;

/** The account's session, every call of which goes to the copies' region. */
export function atHome(
  { securityAccount: account }: BaseContext,
  { region = account.region }: Home,
): Account {
  return {
    id: account.id,
    partition: account.partition,
    region,
    principal: () => account.principal(),
    call: (operation, input, options) => account.call(operation, input, { ...options, region }),
    presign: (operation, input, options) => account.presign(operation, input, options),
  };
}

/** @throws RangeError where the key lies elsewhere than the copies: EC2 would say so only minutes after each copy. */
export function checkKeyIsAtHome(kmsKeyArn: string, { region }: Home): void {
  const keyRegion = kmsKeyArn.split(':')[3] ?? '';
  if (region === undefined || region === keyRegion) return;
  throw new RangeError(`the copies' key lies in ${keyRegion || 'no region'}, and the copies in ${region}`);
}

const isOtherRegion = (region: string, { availabilityZone }: Instance) =>
  !availabilityZone.startsWith(region);

/** What leaving the suspect's region takes, once, at most. */
export function carriageEstimate(
  seen: Instance | undefined,
  { region, usdPerGiBCarried }: Home,
): readonly StepEstimate[] {
  if (seen === undefined || region === undefined || !isOtherRegion(region, seen)) return [];
  const gib = seen.volumes.reduce((sum, { sizeGiB }) => sum + sizeGiB, 0);
  const price = usdPerGiBCarried ?? DEFAULT_PRICE;
  const from = usdPerGiBCarried === undefined ? 'the default of 2026-11' : 'as configured';
  return [
    {
      what: `custody copies, carried to ${region}: ${gib} GiB`,
      usd: gib * price,
      basis: `at most, were the volumes full; $${price} a GiB, ${from}`,
    },
  ];
}
