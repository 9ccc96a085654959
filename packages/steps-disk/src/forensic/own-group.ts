import { type BaseContext, StepFailure } from '@cordon/core';
import { ec2 } from '@cordon/core/aws';
import { eventually, INCIDENT_TAG, isCode, listAll, ownTags, unless } from '@cordon/core/steps';
import { ENDPOINT_READS, endpointPeers, vpcOf } from './endpoints.js';
import type { ForensicOptions } from './options.js';

export const OWN_GROUP_ACTIONS = [
  ...ENDPOINT_READS,
  'ec2:DescribeSecurityGroups',
  'ec2:DescribeSecurityGroupRules',
  'ec2:CreateSecurityGroup',
  'ec2:AuthorizeSecurityGroupEgress',
  'ec2:RevokeSecurityGroupEgress',
  'ec2:RevokeSecurityGroupIngress',
];

const nameOf = (ctx: BaseContext) => `forensic-${ctx.incident.id}`;

/** This incident's group in that VPC, by name and tag: EC2 has no client token for groups. */
async function find(ctx: BaseContext, vpcId: string): Promise<string | undefined> {
  const [group] = await listAll(ctx.securityAccount, ec2.DescribeSecurityGroups, {
    input: {
      Filters: [
        { Name: 'vpc-id', Values: [vpcId] },
        { Name: 'group-name', Values: [nameOf(ctx)] },
        { Name: `tag:${INCIDENT_TAG}`, Values: [ctx.incident.id] },
      ],
    },
    items: (page) => page.SecurityGroups,
  });
  return group?.GroupId;
}

async function create(ctx: BaseContext, vpcId: string): Promise<string> {
  const { GroupId } = await ctx.securityAccount.call(ec2.CreateSecurityGroup, {
    GroupName: nameOf(ctx),
    Description: 'Lets out to the endpoints of SSM and S3, and nothing in',
    VpcId: vpcId,
    TagSpecifications: [{ ResourceType: 'security-group', Tags: ownTags(ctx, 'examination') }],
  });
  if (GroupId === undefined) throw StepFailure.ambiguous('NO_GROUP_ID', 'ec2:CreateSecurityGroup gave no id');
  return GroupId;
}

async function findOrCreate(ctx: BaseContext, vpcId: string): Promise<string> {
  const known = await find(ctx, vpcId);
  if (known !== undefined) return known;
  try {
    return await create(ctx, vpcId);
  } catch (error) {
    if (!isCode(error, 'InvalidGroup.Duplicate')) throw error;
    // An earlier attempt made it, and EC2 does not show it yet.
    return eventually(ctx, { codes: [error.code], within: { seconds: 20 } }, async () => {
      const made = await find(ctx, vpcId);
      if (made === undefined) throw error;
      return made;
    });
  }
}

const NOT_YET = ['NOT_VISIBLE', 'InvalidGroup.NotFound', 'InvalidGroupId.NotFound'];

function describeRules(ctx: BaseContext, groupId: string) {
  return listAll(ctx.securityAccount, ec2.DescribeSecurityGroupRules, {
    input: { Filters: [{ Name: 'group-id', Values: [groupId] }] },
    items: (page) => page.SecurityGroupRules,
  });
}

/** A new group lets everything out: until EC2 shows that rule, there is nothing to revoke. */
function rulesOf(ctx: BaseContext, groupId: string): Promise<readonly SecurityGroupRule[]> {
  return eventually(ctx, { codes: NOT_YET, within: { seconds: 30 } }, async () => {
    const rules = await describeRules(ctx, groupId);
    if (rules.length === 0) throw StepFailure.retryable('NOT_VISIBLE', `EC2 does not show ${groupId} yet`);
    return rules;
  });
}

type SecurityGroupRule = Awaited<ReturnType<typeof describeRules>>[number];

const HTTPS = 443;
const peerOf = (rule: SecurityGroupRule) => rule.ReferencedGroupInfo?.GroupId ?? rule.PrefixListId ?? '';

function isWanted(rule: SecurityGroupRule, peers: readonly string[]): boolean {
  const { IsEgress, IpProtocol, FromPort, ToPort } = rule;
  return (
    IsEgress === true &&
    IpProtocol === 'tcp' &&
    FromPort === HTTPS &&
    ToPort === HTTPS &&
    peers.includes(peerOf(rule))
  );
}

function permissionTo(peer: string) {
  const to = peer.startsWith('pl-')
    ? { PrefixListIds: [{ PrefixListId: peer }] }
    : { UserIdGroupPairs: [{ GroupId: peer }] };
  return { IpProtocol: 'tcp', FromPort: HTTPS, ToPort: HTTPS, ...to };
}

/** Gives the group a way to the endpoints, and then takes every other rule away. */
async function correct(ctx: BaseContext, groupId: string, peers: readonly string[]): Promise<void> {
  const account = ctx.securityAccount;
  const have = await rulesOf(ctx, groupId);
  const kept = have.filter((rule) => isWanted(rule, peers)).map(peerOf);
  const missing = peers.filter((peer) => !kept.includes(peer));
  if (missing.length > 0)
    await unless(['InvalidPermission.Duplicate'], () =>
      account.call(ec2.AuthorizeSecurityGroupEgress, {
        GroupId: groupId,
        IpPermissions: missing.map(permissionTo),
      }),
    );
  const gone = ['InvalidPermission.NotFound', 'InvalidSecurityGroupRuleId.NotFound'];
  const idsOf = (egress: boolean) =>
    have
      .filter((rule) => rule.IsEgress === egress && !isWanted(rule, peers))
      .flatMap(({ SecurityGroupRuleId: id }) => id ?? []);
  const [out, into] = [idsOf(true), idsOf(false)];
  if (out.length > 0)
    await unless(gone, () =>
      account.call(ec2.RevokeSecurityGroupEgress, { GroupId: groupId, SecurityGroupRuleIds: out }),
    );
  if (into.length > 0)
    await unless(gone, () =>
      account.call(ec2.RevokeSecurityGroupIngress, { GroupId: groupId, SecurityGroupRuleIds: into }),
    );
}

/** The groups that the instance wears: those of the deployment, or one of the incident's own. Safe to call again. */
export async function forensicGroups(ctx: BaseContext, options: ForensicOptions): Promise<readonly string[]> {
  if (options.securityGroupIds !== undefined) return options.securityGroupIds;
  const vpcId = await vpcOf(ctx, options.subnetId);
  const peers = await endpointPeers(ctx, vpcId);
  const groupId = await findOrCreate(ctx, vpcId);
  await correct(ctx, groupId, peers);
  return [groupId];
}

/** The same, where they have been made: reads only. */
export async function knownForensicGroups(
  ctx: BaseContext,
  options: ForensicOptions,
): Promise<readonly string[]> {
  if (options.securityGroupIds !== undefined) return options.securityGroupIds;
  const found = await find(ctx, await vpcOf(ctx, options.subnetId));
  return found === undefined ? [] : [found];
}
