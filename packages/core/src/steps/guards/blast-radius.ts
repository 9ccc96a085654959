import type { Instance as Ec2Instance } from '@aws-sdk/client-ec2';
import { ec2, elasticloadbalancing, iam } from '../../aws/operations.js';
import type { SuspectContext } from '../../engine/context.js';
import { optional } from '../calls/failures.js';
import { listAll } from '../calls/list-all.js';
import type { Instance } from '../facts.js';
import { describeInstance } from '../inspect/describe-instance.js';
import { clusterOfPolicies, clusterOfTags } from './cluster.js';

export const BLAST_RADIUS_ACTIONS = [
  'ec2:DescribeInstances',
  'ec2:DescribeRouteTables',
  'elasticloadbalancing:DescribeTargetHealth',
  'iam:ListAttachedRolePolicies',
];

function operatedBy({ Operator: own, NetworkInterfaces: interfaces = [] }: Ec2Instance): readonly string[] {
  const operators = [own, ...interfaces.map(({ Operator }) => Operator)].flatMap((operator) =>
    operator?.Managed === true ? [operator.Principal ?? 'an AWS service'] : [],
  );
  return [...new Set(operators)].map((operator) => `${operator} operates it`);
}

/** Addresses that software moves to another instance when this one fails: what they serve would be cut off with it. */
function failoverAddresses({ NetworkInterfaces: interfaces = [] }: Ec2Instance): readonly string[] {
  return interfaces.flatMap(({ NetworkInterfaceId: id, PrivateIpAddresses = [], Ipv4Prefixes = [] }) => {
    const further = PrivateIpAddresses.filter(({ Primary }) => Primary !== true).length + Ipv4Prefixes.length;
    return further === 0
      ? []
      : [`${id} carries ${further} further addresses, as failover and containers use`];
  });
}

/** What the instance itself says: pure. */
export function ownBlastRadius(found: Ec2Instance, seen: Instance | undefined): readonly string[] {
  const { SourceDestCheck: own, NetworkInterfaces: interfaces = [], Tags: tags = [] } = found;
  const forwards = [own, ...interfaces.map(({ SourceDestCheck }) => SourceDestCheck)].includes(false);
  const cluster = clusterOfTags(tags);
  const shared = (seen?.volumes ?? []).filter(({ multiAttach }) => multiAttach);
  return [
    ...(forwards ? ['it forwards packets of others: source/destination check is off'] : []),
    ...operatedBy(found),
    ...(cluster === undefined ? [] : [`it is a node of ${cluster}`]),
    ...failoverAddresses(found),
    ...shared.map(({ volumeId }) => `${volumeId} may be attached to other instances too`),
  ];
}

async function routedThrough(ctx: SuspectContext): Promise<readonly string[]> {
  const tables = await listAll(ctx.suspectAccount, ec2.DescribeRouteTables, {
    input: { Filters: [{ Name: 'route.instance-id', Values: [ctx.incident.suspect.instanceId] }] },
    items: (page) => page.RouteTables,
  });
  return tables.map(({ RouteTableId: id }) => `${id} routes through it`);
}

function ownNames({ InstanceId, NetworkInterfaces = [] }: Ec2Instance): ReadonlySet<string> {
  const addresses = NetworkInterfaces.flatMap(({ PrivateIpAddresses = [], Ipv6Addresses = [] }) => [
    ...PrivateIpAddresses.map(({ PrivateIpAddress }) => PrivateIpAddress),
    ...Ipv6Addresses.map(({ Ipv6Address }) => Ipv6Address),
  ]);
  return new Set([InstanceId, ...addresses].filter((name) => name !== undefined));
}

/** Targets are registered by id or by address, and one instance may be several targets by its ports. */
async function lastHealthy(
  ctx: SuspectContext,
  found: Ec2Instance,
  targetGroupArn: string,
): Promise<readonly string[]> {
  const answer = await ctx.suspectAccount.call(elasticloadbalancing.DescribeTargetHealth, {
    TargetGroupArn: targetGroupArn,
  });
  const healthy = (answer.TargetHealthDescriptions ?? []).flatMap(({ TargetHealth, Target }) =>
    TargetHealth?.State === 'healthy' && Target?.Id !== undefined ? [Target.Id] : [],
  );
  const own = ownNames(found);
  const alone = healthy.length > 0 && healthy.every((id) => own.has(id));
  return alone ? [`it is the last healthy target of ${targetGroupArn}`] : [];
}

async function clusterOfRole(ctx: SuspectContext, roleName: string): Promise<readonly string[]> {
  // A role has at most 20 of them, and a page 100.
  const answer = await ctx.suspectAccount.call(iam.ListAttachedRolePolicies, { RoleName: roleName });
  const arns = (answer.AttachedPolicies ?? []).flatMap(({ PolicyArn }) => PolicyArn ?? []);
  const cluster = clusterOfPolicies(arns);
  return cluster === undefined ? [] : [`its role ${roleName} is that of a node of ${cluster}`];
}

/** Whom else a containment would hit, in sentences; empty: nobody that is known of. */
export async function blastRadius(
  ctx: SuspectContext,
  seen: Instance | undefined,
): Promise<readonly string[]> {
  const found = await describeInstance(ctx.suspectAccount, ctx.incident.suspect);
  const { roleName, targetGroupArns = [] } = seen ?? {};
  const beside = await Promise.all([
    optional(ctx, 'routes through it', { from: () => routedThrough(ctx), instead: [] }),
    ...targetGroupArns.map((arn) =>
      optional(ctx, `health of ${arn}`, { from: () => lastHealthy(ctx, found, arn), instead: [] }),
    ),
    ...(roleName === undefined
      ? []
      : [optional(ctx, 'policies of its role', { from: () => clusterOfRole(ctx, roleName), instead: [] })]),
  ]);
  return [...ownBlastRadius(found, seen), ...beside.flat()];
}
