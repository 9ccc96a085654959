import type { SimulatedRegion } from '../account.js';
import { slice } from '../slice.js';
import { Collection, placed, type Resource, type Tags } from './resource.js';
import { nextAddress, type SimulatedSubnet, subnetsOf } from './vpcs.js';

/** A public IPv4 address on an interface. */
export interface PublicAddress {
  readonly address: string;
  /** Of an Elastic IP; an auto-assigned one has none. */
  readonly allocationId?: string;
  readonly associationId?: string;
}

export interface InterfaceAttachment {
  readonly id: string;
  readonly instanceId: string;
  readonly deviceIndex: number;
  readonly deleteOnTermination: boolean;
  readonly attachedAt: Date;
}

export interface NetworkInterface extends Resource {
  readonly subnet: SimulatedSubnet;
  readonly vpcId: string;
  readonly description: string;
  /** `interface`, `efa`, `trunk`, `vpc_endpoint`, `nat_gateway`, `lambda`, ... */
  readonly type: string;
  groups: string[];
  readonly privateAddresses: readonly string[];
  readonly ipv6Addresses: readonly string[];
  public: PublicAddress | undefined;
  sourceDestCheck: boolean;
  /** Who manages it, when not the account: `amazon-elb`, `123456789012`. */
  readonly requesterId: string | undefined;
  attachment: InterfaceAttachment | undefined;
  tcpEstablishedTimeoutSeconds: number | undefined;
}

export const interfacesOf = slice((region: SimulatedRegion) => new Collection<NetworkInterface>(region));

export interface InterfaceOptions {
  readonly subnetId: string;
  readonly id?: string;
  readonly groups: readonly string[];
  /** Primary first; drawn from the subnet unless told. */
  readonly privateAddresses?: readonly string[];
  readonly ipv6Addresses?: readonly string[];
  readonly public?: PublicAddress;
  readonly sourceDestCheck?: boolean;
  readonly requesterId?: string;
  readonly type?: string;
  readonly description?: string;
  readonly tags?: Tags;
}

/** Puts a network interface into a subnet. */
export function addInterface(region: SimulatedRegion, options: InterfaceOptions): NetworkInterface {
  const { id = region.world.id('eni'), groups, type = 'interface', description = '' } = options;
  const subnet = subnetsOf(region).peek(options.subnetId);
  if (subnet === undefined) throw new Error(`no subnet ${options.subnetId} in this region`);
  return interfacesOf(region).add({
    ...placed(id, options.tags),
    subnet,
    vpcId: subnet.vpcId,
    description,
    type,
    groups: [...groups],
    privateAddresses: options.privateAddresses ?? [nextAddress(subnet)],
    ipv6Addresses: options.ipv6Addresses ?? [],
    public: options.public,
    sourceDestCheck: options.sourceDestCheck ?? true,
    requesterId: options.requesterId,
    attachment: undefined,
    tcpEstablishedTimeoutSeconds: undefined,
  });
}

/** The interfaces of an instance, by device index. */
export function interfacesOfInstance(
  region: SimulatedRegion,
  instanceId: string,
): readonly NetworkInterface[] {
  return interfacesOf(region)
    .all()
    .filter((one) => one.attachment?.instanceId === instanceId)
    .sort((a, b) => (a.attachment?.deviceIndex ?? 0) - (b.attachment?.deviceIndex ?? 0));
}

/** Attaches an interface to an instance. */
export function attachInterface(
  one: NetworkInterface,
  instanceId: string,
  options: { readonly region: SimulatedRegion; readonly deviceIndex: number; readonly keep?: 'keep' },
): void {
  one.attachment = {
    id: options.region.world.id('eni-attach'),
    instanceId,
    deviceIndex: options.deviceIndex,
    deleteOnTermination: options.keep === undefined,
    attachedAt: options.region.world.now(),
  };
}
