import type { IpPermission, SecurityGroupRule } from '@aws-sdk/client-ec2';
import type { GroupRule } from './groups.js';
import { tagList } from './resource.js';

function ports(rule: GroupRule): { FromPort?: number; ToPort?: number } {
  return rule.protocol === '-1' ? {} : { FromPort: rule.fromPort, ToPort: rule.toPort };
}

function described<T extends object>(rule: GroupRule, peer: T): T & { Description?: string } {
  return rule.description === undefined ? peer : { ...peer, Description: rule.description };
}

function addPeer(permission: IpPermission, rule: GroupRule, owner: string): void {
  const { peer } = rule;
  if (peer.kind === 'ipv4') permission.IpRanges?.push(described(rule, { CidrIp: peer.cidr }));
  if (peer.kind === 'ipv6') permission.Ipv6Ranges?.push(described(rule, { CidrIpv6: peer.cidr }));
  if (peer.kind === 'prefix-list') permission.PrefixListIds?.push(described(rule, { PrefixListId: peer.id }));
  if (peer.kind === 'group') {
    permission.UserIdGroupPairs?.push(described(rule, { GroupId: peer.id, UserId: peer.owner ?? owner }));
  }
}

/** Rules in the older form: one permission for each protocol and port range. */
export function toPermissions(rules: readonly GroupRule[], owner: string): IpPermission[] {
  const permissions = new Map<string, IpPermission>();
  for (const rule of rules) {
    const key = `${rule.protocol} ${rule.fromPort} ${rule.toPort}`;
    const permission = permissions.get(key) ?? {
      IpProtocol: rule.protocol,
      ...ports(rule),
      IpRanges: [],
      Ipv6Ranges: [],
      PrefixListIds: [],
      UserIdGroupPairs: [],
    };
    permissions.set(key, permission);
    addPeer(permission, rule, owner);
  }
  return [...permissions.values()];
}

/** A rule as `DescribeSecurityGroupRules` answers it. */
export function describeRule(rule: GroupRule, owner: string): SecurityGroupRule {
  const { peer } = rule;
  return {
    SecurityGroupRuleId: rule.id,
    GroupId: rule.groupId,
    GroupOwnerId: owner,
    IsEgress: rule.direction === 'egress',
    IpProtocol: rule.protocol,
    FromPort: rule.protocol === '-1' ? -1 : rule.fromPort,
    ToPort: rule.protocol === '-1' ? -1 : rule.toPort,
    ...(peer.kind === 'ipv4' ? { CidrIpv4: peer.cidr } : {}),
    ...(peer.kind === 'ipv6' ? { CidrIpv6: peer.cidr } : {}),
    ...(peer.kind === 'prefix-list' ? { PrefixListId: peer.id } : {}),
    ...(peer.kind === 'group'
      ? { ReferencedGroupInfo: { GroupId: peer.id, UserId: peer.owner ?? owner } }
      : {}),
    ...(rule.description === undefined ? {} : { Description: rule.description }),
    Tags: tagList(rule),
  };
}
