import type { Instance as Ec2Instance } from '@aws-sdk/client-ec2';
import { ec2, elasticloadbalancing } from '../../aws/operations.js';
import type { SuspectContext } from '../../engine/context.js';
import { optional } from '../calls/failures.js';
import { listAll } from '../calls/list-all.js';
import type { Instance } from '../facts.js';
import { describeInstance } from '../inspect/describe-instance.js';

export const BLAST_RADIUS_ACTIONS = [
  'ec2:DescribeInstances',
  'ec2:DescribeRouteTables',
  'elasticloadbalancing:DescribeTargetHealth',
];

/** Tags that AWS reserves for itself (`aws:`), of services that own their nodes. All other tags may be the intruder's. */
const CLUSTER_TAG = /^aws:(?:eks|ecs|elasticmapreduce|batch|elasticbeanstalk)[:-]/;

/** What the instance itself says: pure. */
export function ownBlastRadius(found: Ec2Instance, seen: Instance | undefined): readonly string[] {
  const hits: string[] = [];
  if ((found.NetworkInterfaces ?? []).some(({ SourceDestCheck }) => SourceDestCheck === false))
    hits.push('it forwards packets of others: source/destination check is off');
  if (found.Operator?.Managed === true)
    hits.push(`${found.Operator.Principal ?? 'an AWS service'} operates it`);
  const cluster = (found.Tags ?? []).find(({ Key: key = '' }) => CLUSTER_TAG.test(key));
  if (cluster !== undefined) hits.push(`it is a node of a cluster (${cluster.Key})`);
  const shared = (seen?.volumes ?? []).filter(({ multiAttach }) => multiAttach);
  for (const { volumeId } of shared) hits.push(`${volumeId} may be attached to other instances too`);
  return hits;
}

async function routedThrough(ctx: SuspectContext): Promise<readonly string[]> {
  const tables = await listAll(ctx.suspectAccount, ec2.DescribeRouteTables, {
    input: { Filters: [{ Name: 'route.instance-id', Values: [ctx.incident.suspect.instanceId] }] },
    items: (page) => page.RouteTables,
  });
  return tables.map(({ RouteTableId: id }) => `${id} routes through it`);
}

async function lastHealthy(ctx: SuspectContext, targetGroupArn: string): Promise<readonly string[]> {
  const answer = await ctx.suspectAccount.call(elasticloadbalancing.DescribeTargetHealth, {
    TargetGroupArn: targetGroupArn,
  });
  const healthy = (answer.TargetHealthDescriptions ?? []).filter(
    ({ TargetHealth }) => TargetHealth?.State === 'healthy',
  );
  const only = healthy.length === 1 ? healthy[0]?.Target?.Id : undefined;
  return only === ctx.incident.suspect.instanceId
    ? [`it is the last healthy target of ${targetGroupArn}`]
    : [];
}

/** Whom else a containment would hit, in sentences; empty: nobody that is known of. */
export async function blastRadius(
  ctx: SuspectContext,
  seen: Instance | undefined,
): Promise<readonly string[]> {
  const [found, routes, ...targets] = await Promise.all([
    describeInstance(ctx.suspectAccount, ctx.incident.suspect),
    optional(ctx, 'routes through it', { from: () => routedThrough(ctx), instead: [] }),
    ...(seen?.targetGroupArns ?? []).map((arn) =>
      optional(ctx, `health of ${arn}`, { from: () => lastHealthy(ctx, arn), instead: [] }),
    ),
  ]);
  return [...ownBlastRadius(found, seen), ...routes, ...targets.flat()];
}
