import { createHash } from 'node:crypto';
import type { IpPermission, SecurityGroupRule } from '@aws-sdk/client-ec2';

/** One line of a security group, with one peer. */
export interface GroupRule {
  readonly direction: 'ingress' | 'egress';
  /** `tcp`, or `-1` for everything. */
  readonly protocol: string;
  /** -1 where ports mean nothing. */
  readonly fromPort: number;
  readonly toPort: number;
  /** `sg-...`, `pl-...`, or a CIDR. */
  readonly peer: string;
}

/** How SSM's agent reaches SSM out of the quarantine. */
export type SsmPath =
  | { readonly via: 'endpoints'; readonly groups: readonly string[] }
  | { readonly via: 'public'; readonly cidrs: readonly string[] }
  | { readonly via: 'none' };

const HTTPS = { direction: 'egress', protocol: 'tcp', fromPort: 443, toPort: 443 } as const;

/** Everything that a quarantined interface may still do: speak to SSM, where that is possible. */
export function quarantineRules(ssm: SsmPath): readonly GroupRule[] {
  const peers = ssm.via === 'endpoints' ? ssm.groups : ssm.via === 'public' ? ssm.cidrs : [];
  return [...new Set(peers)].map((peer) => ({ ...HTTPS, peer }));
}

const EVERYTHING = { protocol: '-1', fromPort: -1, toPort: -1 } as const;

/**
 * Both ways, both families: with it a flow is no longer tracked, so that the quarantine then drops it.
 * Source: EC2 user guide, "Security group connection tracking", untracked connections.
 */
export const CONVERSION_RULES: readonly GroupRule[] = (['ingress', 'egress'] as const).flatMap((direction) =>
  ['0.0.0.0/0', '::/0'].map((peer) => ({ ...EVERYTHING, direction, peer })),
);

/** A rule as EC2 tells it. */
export function ruleOf(rule: SecurityGroupRule): GroupRule {
  return {
    direction: rule.IsEgress === true ? 'egress' : 'ingress',
    protocol: rule.IpProtocol ?? '-1',
    fromPort: rule.FromPort ?? -1,
    toPort: rule.ToPort ?? -1,
    peer: rule.ReferencedGroupInfo?.GroupId ?? rule.PrefixListId ?? rule.CidrIpv4 ?? rule.CidrIpv6 ?? '',
  };
}

/** A rule as EC2 wants to be told it. */
export function permissionOf(rule: GroupRule): IpPermission {
  const { protocol, fromPort, toPort, peer } = rule;
  return {
    IpProtocol: protocol,
    ...(protocol === '-1' ? {} : { FromPort: fromPort, ToPort: toPort }),
    ...peerOf(peer),
  };
}

function peerOf(peer: string): IpPermission {
  if (peer.startsWith('sg-')) return { UserIdGroupPairs: [{ GroupId: peer }] };
  if (peer.startsWith('pl-')) return { PrefixListIds: [{ PrefixListId: peer }] };
  return peer.includes(':') ? { Ipv6Ranges: [{ CidrIpv6: peer }] } : { IpRanges: [{ CidrIp: peer }] };
}

function lineOf({ direction, protocol, fromPort, toPort, peer }: GroupRule): string {
  return [direction, protocol, fromPort, toPort, peer].join(' ');
}

/** The rules' fingerprint, whatever their order: an edited group has another one. */
export function rulesSha256(rules: readonly GroupRule[]): string {
  const lines = [...new Set(rules.map(lineOf))].sort();
  return createHash('sha256').update(lines.join('\n')).digest('hex');
}

export interface RuleDifference {
  readonly missing: readonly GroupRule[];
  readonly extra: readonly SecurityGroupRule[];
}

/** What has to be added and taken away until the group has exactly these rules. */
export function ruleDifference(
  wanted: readonly GroupRule[],
  have: readonly SecurityGroupRule[],
): RuleDifference {
  const asked = new Set(wanted.map(lineOf));
  const there = new Set(have.map((rule) => lineOf(ruleOf(rule))));
  return {
    missing: wanted.filter((rule) => !there.has(lineOf(rule))),
    extra: have.filter((rule) => !asked.has(lineOf(ruleOf(rule)))),
  };
}

/** Whether it lets the suspect upload to S3: opened on purpose for a while, and closed by seal in any case. */
export function isUploadRule(rule: GroupRule): boolean {
  return rule.direction === 'egress' && rule.peer.startsWith('pl-');
}
