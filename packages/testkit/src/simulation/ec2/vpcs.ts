import type { SimulatedRegion } from '../account.js';
import { slice } from '../slice.js';
import { Collection, placed, type Resource, type Tags } from './resource.js';

export interface SimulatedVpc extends Resource {
  readonly cidr: string;
  readonly ipv6Cidr: string | undefined;
  readonly isDefault: boolean;
}

export interface SimulatedSubnet extends Resource {
  readonly region: SimulatedRegion;
  readonly vpcId: string;
  readonly cidr: string;
  readonly availabilityZone: string;
  readonly mapPublicIp: boolean;
  /** Next host number to hand out. */
  nextHost: number;
}

export const vpcsOf = slice((region: SimulatedRegion) => new Collection<SimulatedVpc>(region));
export const subnetsOf = slice((region: SimulatedRegion) => new Collection<SimulatedSubnet>(region));

export interface VpcOptions {
  readonly id?: string;
  readonly cidr?: string;
  readonly ipv6Cidr?: string;
  readonly isDefault?: boolean;
  readonly tags?: Tags;
}

/** Puts a VPC into the region. */
export function addVpc(region: SimulatedRegion, options: VpcOptions = {}): SimulatedVpc {
  const { id = region.world.id('vpc'), cidr = '10.0.0.0/16', isDefault = false } = options;
  return vpcsOf(region).add({ ...placed(id, options.tags), cidr, ipv6Cidr: options.ipv6Cidr, isDefault });
}

export interface SubnetOptions {
  readonly vpcId: string;
  readonly id?: string;
  readonly cidr?: string;
  /** The region's `a` unless told. */
  readonly availabilityZone?: string;
  readonly mapPublicIp?: boolean;
  readonly tags?: Tags;
}

const FIRST_HOST = 20;

/** Puts a subnet into a VPC. */
export function addSubnet(region: SimulatedRegion, options: SubnetOptions): SimulatedSubnet {
  const { id = region.world.id('subnet'), vpcId, cidr = '10.0.1.0/24', mapPublicIp = false } = options;
  const availabilityZone = options.availabilityZone ?? `${region.name}a`;
  const own = { region, vpcId, cidr, availabilityZone, mapPublicIp, nextHost: FIRST_HOST };
  return subnetsOf(region).add({ ...placed(id, options.tags), ...own });
}

/** The next free address of the subnet. */
export function nextAddress(subnet: SimulatedSubnet): string {
  const [base = ''] = subnet.cidr.split('/');
  const number = base.split('.').reduce((sum, part) => sum * 256 + Number(part), 0) + subnet.nextHost;
  subnet.nextHost += 1;
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}
