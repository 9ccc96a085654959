import type { SimulatedRegion } from '../account.js';
import { slice } from '../slice.js';
import { Collection, placed, type Resource, type Tags } from './resource.js';

/** One rule: one protocol and port range for one peer. */
export interface GroupRule extends Resource {
  readonly groupId: string;
  readonly direction: 'ingress' | 'egress';
  /** `-1` for all. */
  readonly protocol: string;
  /** -1 when the protocol has none. */
  readonly fromPort: number;
  readonly toPort: number;
  readonly peer: RulePeer;
  readonly description: string | undefined;
}

export type RulePeer =
  | { readonly kind: 'ipv4'; readonly cidr: string }
  | { readonly kind: 'ipv6'; readonly cidr: string }
  | { readonly kind: 'prefix-list'; readonly id: string }
  | { readonly kind: 'group'; readonly id: string; readonly owner: string | undefined };

export interface SecurityGroup extends Resource {
  readonly name: string;
  readonly description: string;
  readonly vpcId: string;
  readonly rules: GroupRule[];
}

export const groupsOf = slice((region: SimulatedRegion) => new Collection<SecurityGroup>(region));

/** Limits of an account that nobody has raised: https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html */
export const MOST_RULES_PER_DIRECTION = 60;
export const MOST_GROUPS_PER_INTERFACE = 5;

export interface RuleOptions {
  readonly direction: 'ingress' | 'egress';
  readonly protocol?: string;
  readonly fromPort?: number;
  readonly toPort?: number;
  readonly peer: RulePeer;
  readonly description?: string;
}

/** Adds a rule to a group, without the checks of the API. */
export function addRule(region: SimulatedRegion, group: SecurityGroup, options: RuleOptions): GroupRule {
  const { direction, protocol = '-1', fromPort = -1, toPort = fromPort, peer, description } = options;
  const common = placed(region.world.id('sgr'));
  const rule = { ...common, groupId: group.id, direction, protocol, fromPort, toPort, peer, description };
  group.rules.push(rule);
  return rule;
}

/** Everything, everywhere: what a new group allows outward. */
export const ANYWHERE_IPV4: RulePeer = { kind: 'ipv4', cidr: '0.0.0.0/0' };
export const ANYWHERE_IPV6: RulePeer = { kind: 'ipv6', cidr: '::/0' };

export interface GroupOptions {
  readonly vpcId: string;
  readonly id?: string;
  readonly name?: string;
  readonly description?: string;
  readonly rules?: readonly RuleOptions[];
  readonly tags?: Tags;
}

/** Puts a security group into a VPC; its rules are these and no others. */
export function addSecurityGroup(region: SimulatedRegion, options: GroupOptions): SecurityGroup {
  const { id = region.world.id('sg'), vpcId, name = id, description = name, rules = [] } = options;
  const group: SecurityGroup = { ...placed(id, options.tags), name, description, vpcId, rules: [] };
  for (const rule of rules) addRule(region, group, rule);
  return groupsOf(region).add(group);
}
