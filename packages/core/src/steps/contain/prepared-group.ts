import type { SecurityGroup, SecurityGroupRule, VpcEndpoint } from '@aws-sdk/client-ec2';
import * as v from 'valibot';
import { ec2 } from '../../aws/operations.js';
import type { SuspectContext } from '../../engine/context.js';
import { listAll } from '../calls/list-all.js';
import type { Quarantine } from '../containment-facts.js';
import { readRules } from './group-rules.js';
import { type GroupRule, ruleOf, rulesSha256, type SsmPath } from './rules.js';
import { ssmEndpoints } from './ssm-path.js';

/** A quarantine group that lies ready in a VPC, as the security account's own configuration names it. */
export const PreparedGroup = v.object({
  vpcId: v.pipe(v.string(), v.regex(/^vpc-[0-9a-f]{8,17}$/)),
  groupId: v.pipe(v.string(), v.regex(/^sg-[0-9a-f]{8,17}$/)),
  /** `groupRulesSha256` of its rules: outgoing HTTPS to SSM's endpoints and nothing else, or none at all. */
  rulesSha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
});
export type PreparedGroup = Readonly<v.InferOutput<typeof PreparedGroup>>;

/** The fingerprint of a group's rules, as `DescribeSecurityGroupRules` shows them; for the configuration. */
export function groupRulesSha256(rules: readonly SecurityGroupRule[]): string {
  return rulesSha256(rules.map(ruleOf));
}

function letsOnlyHttpsOut({ direction, protocol, fromPort, toPort }: GroupRule): boolean {
  return direction === 'egress' && protocol === 'tcp' && fromPort === 443 && toPort === 443;
}

function findGroup(ctx: SuspectContext, groupId: string): Promise<readonly SecurityGroup[]> {
  return listAll(ctx.suspectAccount, ec2.DescribeSecurityGroups, {
    input: { Filters: [{ Name: 'group-id', Values: [groupId] }] },
    items: (page) => page.SecurityGroups,
  });
}

/** Why the group is not what was prepared; undefined: it is. No name and no tag counts, since an intruder writes them. */
function distrust(
  prepared: PreparedGroup,
  found: readonly SecurityGroup[],
  rules: readonly GroupRule[],
): string | undefined {
  if (!found.some(({ GroupId, VpcId }) => GroupId === prepared.groupId && VpcId === prepared.vpcId))
    return `${prepared.groupId} is not in ${prepared.vpcId}`;
  if (rulesSha256(rules) !== prepared.rulesSha256) return `the rules of ${prepared.groupId} were changed`;
  if (!rules.every(letsOnlyHttpsOut)) return `${prepared.groupId} lets more than HTTPS out`;
  return undefined;
}

function viaOf(path: SsmPath, peers: readonly string[]): SsmPath['via'] {
  if (path.via === 'none') return 'none';
  const wanted = path.via === 'endpoints' ? path.groups : path.cidrs;
  return wanted.every((peer) => peers.includes(peer)) ? path.via : 'none';
}

/**
 * The prepared group, when it can be trusted: it cuts off three round trips sooner than one that has to be made. It is
 * everybody's in that VPC, so nobody changes its rules.
 */
export async function usePreparedGroup(
  ctx: SuspectContext,
  prepared: PreparedGroup,
  pathFor: (endpoints: readonly VpcEndpoint[]) => SsmPath,
): Promise<Quarantine['groups'][number] | undefined> {
  const { vpcId, groupId } = prepared;
  const [endpoints, found, have] = await Promise.all([
    ssmEndpoints(ctx, vpcId),
    findGroup(ctx, groupId),
    readRules(ctx, [groupId]),
  ]);
  const rules = have.map(ruleOf);
  const reason = distrust(prepared, found, rules);
  if (reason !== undefined) {
    ctx.gap('PREPARED_GROUP_DISTRUSTED', `${reason}: a group of this incident's own is made instead`);
    return undefined;
  }
  const ssmPeers = rules.map(({ peer }) => peer);
  const ssmVia = viaOf(pathFor(endpoints), ssmPeers);
  return { vpcId, groupId, rulesSha256: prepared.rulesSha256, ssmVia, ssmPeers, prepared: true };
}
