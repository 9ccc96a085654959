import type { IpPermission, SecurityGroupRule } from '@aws-sdk/client-ec2';
import { awsError } from '../errors.js';
import type { Handlers, SimulatedCall } from '../service.js';
import { groupsChanged } from './connections.js';
import { describeRule } from './describe-rules.js';
import { type FilterTable, filtered } from './filters.js';
import {
  addRule,
  type GroupRule,
  groupsOf,
  MOST_RULES_PER_DIRECTION,
  type RuleOptions,
  type SecurityGroup,
} from './groups.js';
import { interfacesOf } from './interfaces.js';
import { idError, required } from './not-found.js';
import { paged } from './pages.js';
import { parsePermissions } from './parse-rules.js';
import { prefixListsOf } from './prefix-lists.js';
import type { Tags } from './resource.js';
import { specifiedTags } from './tag-specifications.js';

type Ec2 = typeof import('@aws-sdk/client-ec2');
type Direction = RuleOptions['direction'];

interface RulesInput {
  readonly GroupId?: string | undefined;
  readonly IpPermissions?: readonly IpPermission[] | undefined;
  readonly IpProtocol?: string | undefined;
  readonly FromPort?: number | undefined;
  readonly ToPort?: number | undefined;
  readonly CidrIp?: string | undefined;
  readonly SecurityGroupRuleIds?: readonly string[] | undefined;
}

const FILTERS: FilterTable<SecurityGroupRule> = {
  'group-id': (rule) => rule.GroupId,
  'security-group-rule-id': (rule) => rule.SecurityGroupRuleId,
};

function sameRule(a: RuleOptions, b: GroupRule): boolean {
  const bare = (rule: RuleOptions | GroupRule) =>
    [rule.direction, rule.protocol, rule.fromPort, rule.toPort].join(' ');
  if (bare(a) !== bare(b) || a.peer.kind !== b.peer.kind) return false;
  const key = (peer: RuleOptions['peer']) => ('cidr' in peer ? peer.cidr : peer.id);
  return key(a.peer) === key(b.peer);
}

function asked(input: RulesInput, direction: Direction): readonly RuleOptions[] {
  const { IpProtocol, FromPort, ToPort, CidrIp } = input;
  if (IpProtocol === undefined) return parsePermissions(input.IpPermissions ?? [], direction);
  const IpRanges = CidrIp === undefined ? [] : [{ CidrIp }];
  return parsePermissions([{ IpProtocol, FromPort, ToPort, IpRanges }], direction);
}

/** Rules changed for everyone who is in the group. */
function changeRules(call: SimulatedCall, group: SecurityGroup, change: () => void): void {
  const members = interfacesOf(call.region)
    .all()
    .filter((one) => one.groups.includes(group.id));
  const nested = members.reduce<() => void>((inner, one) => () => groupsChanged(one, inner), change);
  nested();
}

function checkPeer(call: SimulatedCall, { peer }: RuleOptions): void {
  if (peer.kind === 'group' && (peer.owner ?? call.account.id) === call.account.id) {
    if (groupsOf(call.region).find(peer.id) === undefined) throw idError('sg', peer.id);
  }
  if (peer.kind === 'prefix-list' && prefixListsOf(call.region).find(peer.id) === undefined)
    throw idError('pl', peer.id);
}

function authorizeRules(call: SimulatedCall<RulesInput>, direction: Direction, tags: Tags): GroupRule[] {
  const group = required(groupsOf(call.region), 'sg', call.input.GroupId);
  const rules = asked(call.input, direction);
  if (rules.length === 0)
    throw awsError('MissingParameter', 'The request must contain the parameter ipPermissions');
  for (const rule of rules) {
    checkPeer(call, rule);
    if (!group.rules.some((other) => sameRule(rule, other))) continue;
    const peer = 'cidr' in rule.peer ? rule.peer.cidr : rule.peer.id;
    throw awsError(
      'InvalidPermission.Duplicate',
      `the specified rule "peer: ${peer}, ${rule.protocol === '-1' ? 'ALL' : rule.protocol?.toUpperCase()}, ALLOW" already exists`,
    );
  }
  const count = group.rules.filter((rule) => rule.direction === direction).length + rules.length;
  if (count > MOST_RULES_PER_DIRECTION) {
    throw awsError(
      'RulesPerSecurityGroupLimitExceeded',
      'The maximum number of rules per security group has been reached.',
    );
  }
  const added: GroupRule[] = [];
  changeRules(call, group, () => {
    added.push(...rules.map((rule) => addRule(call.region, group, rule)));
  });
  for (const rule of added) for (const [key, value] of Object.entries(tags)) rule.tags.set(key, value);
  return added;
}

function rulesToRevoke(group: SecurityGroup, input: RulesInput, direction: Direction): readonly GroupRule[] {
  const ids = input.SecurityGroupRuleIds;
  if (ids !== undefined) {
    return ids.map((id) => {
      const rule = group.rules.find((one) => one.id === id && one.direction === direction);
      if (rule === undefined) throw idError('sgr', id);
      return rule;
    });
  }
  return asked(input, direction).map((wanted) => {
    const rule = group.rules.find((one) => sameRule(wanted, one));
    if (rule === undefined) {
      throw awsError(
        'InvalidPermission.NotFound',
        'The specified rule does not exist in this security group.',
      );
    }
    return rule;
  });
}

function revokeRules(call: SimulatedCall<RulesInput>, direction: Direction): void {
  const group = required(groupsOf(call.region), 'sg', call.input.GroupId);
  const gone = new Set(rulesToRevoke(group, call.input, direction));
  changeRules(call, group, () => {
    group.rules.splice(0, group.rules.length, ...group.rules.filter((rule) => !gone.has(rule)));
  });
}

export const ruleHandlers: Handlers<
  Ec2,
  | 'DescribeSecurityGroupRules'
  | 'AuthorizeSecurityGroupIngress'
  | 'AuthorizeSecurityGroupEgress'
  | 'RevokeSecurityGroupIngress'
  | 'RevokeSecurityGroupEgress'
> = {
  DescribeSecurityGroupRules: (call) => {
    const { SecurityGroupRuleIds: ids = [], Filters } = call.input;
    const all = groupsOf(call.region)
      .visible()
      .flatMap((group) => group.rules);
    const wanted = ids.map((id) => all.find((rule) => rule.id === id) ?? idError('sgr', id));
    for (const rule of wanted) if (rule instanceof Error) throw rule;
    const shown = ids.length > 0 ? all.filter((rule) => ids.includes(rule.id)) : all;
    const described = shown.map((rule) => describeRule(rule, call.account.id));
    const { items, next } = paged(call, filtered(described, Filters, FILTERS), { ids });
    return { SecurityGroupRules: items, ...next };
  },

  AuthorizeSecurityGroupIngress: (call) => {
    const rules = authorizeRules(
      call,
      'ingress',
      specifiedTags(call.input.TagSpecifications, 'security-group-rule'),
    );
    return { Return: true, SecurityGroupRules: rules.map((rule) => describeRule(rule, call.account.id)) };
  },

  AuthorizeSecurityGroupEgress: (call) => {
    const rules = authorizeRules(
      call,
      'egress',
      specifiedTags(call.input.TagSpecifications, 'security-group-rule'),
    );
    return { Return: true, SecurityGroupRules: rules.map((rule) => describeRule(rule, call.account.id)) };
  },

  RevokeSecurityGroupIngress: (call) => {
    revokeRules(call, 'ingress');
    return { Return: true };
  },

  RevokeSecurityGroupEgress: (call) => {
    revokeRules(call, 'egress');
    return { Return: true };
  },
};
