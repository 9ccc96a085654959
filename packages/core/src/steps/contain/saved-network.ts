import type { NetworkInterface } from '@aws-sdk/client-ec2';
import * as v from 'valibot';
import { toSuspectInterface } from '../inspect/interfaces.js';
import { PreparedGroup } from './prepared-group.js';

const SavedAddress = v.object({
  publicAddress: v.string(),
  privateAddress: v.string(),
  /** Absent for an address that AWS assigned by itself: nobody can get that one back. */
  elastic: v.optional(v.object({ allocationId: v.string(), associationId: v.string() })),
});
export type SavedAddress = v.InferOutput<typeof SavedAddress>;

const SavedInterface = v.object({
  interfaceId: v.string(),
  vpcId: v.string(),
  subnetId: v.string(),
  groups: v.array(v.string()),
  /** It wore a quarantine group already; `groups` are the others. */
  quarantined: v.boolean(),
  requesterManaged: v.boolean(),
  privateAddresses: v.array(v.string()),
  ipv6Addresses: v.array(v.string()),
  /** Seconds that an idle TCP connection stays tracked, where somebody has set it. */
  idleTimeout: v.optional(v.number()),
  addresses: v.array(SavedAddress),
});
export type SavedInterface = v.InferOutput<typeof SavedInterface>;

/** The suspect's network as it was before containment. */
export const SavedNetworkSchema = v.object({
  interfaces: v.array(SavedInterface),
  /** Groups that lay ready for quarantine: worn by the suspect they are no drift. */
  ready: v.optional(v.array(PreparedGroup)),
});
export type SavedNetwork = v.InferOutput<typeof SavedNetworkSchema>;

/** Every public address, by each of its private ones; the interface's own association is that of its first. */
function addressesOf(found: NetworkInterface): SavedAddress[] {
  const { PrivateIpAddresses: each = [], PrivateIpAddress, Association } = found;
  const pairs = [...each, { PrivateIpAddress, Association }];
  const byPublic = new Map<string, SavedAddress>();
  for (const { PrivateIpAddress: privateAddress, Association: public_ } of pairs) {
    if (privateAddress === undefined || public_?.PublicIp === undefined) continue;
    const { PublicIp: publicAddress, AllocationId: allocationId, AssociationId: associationId } = public_;
    const elastic = allocationId && associationId ? { elastic: { allocationId, associationId } } : {};
    if (!byPublic.has(publicAddress))
      byPublic.set(publicAddress, { publicAddress, privateAddress, ...elastic });
  }
  return [...byPublic.values()];
}

/** What our groups are called, in whichever incident. */
const OWN_NAME = /^baseline-[0-9a-f]{12}(-[23])?$/;

function ownGroupsOf(found: NetworkInterface, prepared: readonly string[]): ReadonlySet<string> {
  const own = (found.Groups ?? []).filter(
    ({ GroupName: name = '', GroupId: id = '' }) => OWN_NAME.test(name) || prepared.includes(id),
  );
  return new Set(own.flatMap(({ GroupId: id }) => id ?? []));
}

/** What `before` saves of an interface. */
export function saveInterface(found: NetworkInterface, prepared: readonly string[] = []): SavedInterface {
  const { interfaceId, vpcId, subnetId, groups, requesterManaged, privateAddresses, ipv6Addresses } =
    toSuspectInterface(found);
  const idleTimeout = found.ConnectionTrackingConfiguration?.TcpEstablishedTimeout;
  const own = ownGroupsOf(found, prepared);
  return {
    interfaceId,
    vpcId,
    subnetId,
    // A saved state that holds a group of ours is no state to go back to.
    groups: groups.filter((id) => !own.has(id)),
    quarantined: own.size > 0,
    requesterManaged,
    privateAddresses,
    ipv6Addresses,
    ...(idleTimeout === undefined ? {} : { idleTimeout }),
    addresses: addressesOf(found),
  };
}
