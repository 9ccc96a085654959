import { ec2 } from '../../../../aws/operations.js';
import type { SuspectContext } from '../../../../engine/context.js';
import { interfacesOf, toSuspectInterface } from '../../../inspect/interfaces.js';
import type { ControlPlaneFacts } from '../source.js';

/** By what others may point at the suspect. */
export interface SuspectNames {
  readonly instanceId: string;
  /** Private, IPv6 and public: as they were before it was contained. */
  readonly addresses: ReadonlySet<string>;
  /** `ec2-198-51-100-23.`, `ip-10-20-3-44.`: how AWS's own host names for it begin. */
  readonly hostNames: readonly string[];
}

/** What it was reached by: containment has taken its public addresses, so what `inspect` saw comes first. */
export async function namesOf(ctx: SuspectContext, { instance }: ControlPlaneFacts): Promise<SuspectNames> {
  const { instanceId } = ctx.incident.suspect;
  const interfaces =
    instance?.interfaces ?? (await interfacesOf(ctx.suspectAccount, instanceId)).map(toSuspectInterface);
  const of = (prefix: string, addresses: readonly string[]) =>
    addresses
      .filter((address) => address.includes('.'))
      .map((address) => `${prefix}-${address.replaceAll('.', '-')}.`);
  const open = interfaces.flatMap(({ publicAddress }) => publicAddress ?? []);
  const inside = interfaces.flatMap(({ privateAddresses }) => privateAddresses);
  const ipv6 = interfaces.flatMap(({ ipv6Addresses }) => ipv6Addresses);
  return {
    instanceId,
    addresses: new Set([...open, ...inside, ...ipv6]),
    hostNames: [...of('ec2', open), ...of('ip', inside)],
  };
}

/** Elastic IPs among its addresses, by which accelerators know it. */
export async function allocationsOf(ctx: SuspectContext, names: SuspectNames): Promise<ReadonlySet<string>> {
  const addresses = [...names.addresses].filter((address) => address.includes('.'));
  if (addresses.length === 0) return new Set();
  const { Addresses = [] } = await ctx.suspectAccount.call(ec2.DescribeAddresses, {
    Filters: [{ Name: 'public-ip', Values: addresses }],
  });
  return new Set(Addresses.flatMap(({ AllocationId: id }) => id ?? []));
}
