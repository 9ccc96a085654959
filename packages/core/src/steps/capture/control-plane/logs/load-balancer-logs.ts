import { elasticloadbalancing } from '../../../../aws/operations.js';
import type { SuspectContext } from '../../../../engine/context.js';
import { readableJson } from '../../../calls/json-bytes.js';
import type { ControlPlaneSource, Piece } from '../source.js';
import { incidentWindow } from '../window.js';
import { LOG_OBJECT_ACTIONS, logObjects } from './log-objects.js';

interface Balancer {
  readonly arn: string;
  readonly attributes: Readonly<Record<string, string>>;
}

async function balancersOf(
  ctx: SuspectContext,
  targetGroupArns: readonly string[],
): Promise<readonly Balancer[]> {
  const account = ctx.suspectAccount;
  const { TargetGroups } = await account.call(elasticloadbalancing.DescribeTargetGroups, {
    TargetGroupArns: [...targetGroupArns],
  });
  const arns = [...new Set((TargetGroups ?? []).flatMap(({ LoadBalancerArns }) => LoadBalancerArns ?? []))];
  const described = arns.map(async (arn) => {
    const { Attributes } = await account.call(elasticloadbalancing.DescribeLoadBalancerAttributes, {
      LoadBalancerArn: arn,
    });
    const attributes = (Attributes ?? []).map(({ Key = '', Value = '' }) => [Key, Value] as const);
    return { arn, attributes: Object.fromEntries(attributes) };
  });
  return Promise.all(described);
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html */
async function* accessLogs(ctx: SuspectContext, { arn, attributes }: Balancer): AsyncIterable<Piece> {
  const { 'access_logs.s3.enabled': enabled, 'access_logs.s3.bucket': bucket } = attributes;
  if (enabled !== 'true' || bucket === undefined || bucket === '')
    return ctx.notice('NOT_TAKEN', `load-balancer-logs: ${arn} keeps none`);
  const { account, region } = ctx.incident.suspect;
  const prefix = attributes['access_logs.s3.prefix'] || undefined;
  const folder = `${prefix === undefined ? '' : `${prefix}/`}AWSLogs/${account}/elasticloadbalancing/${region}`;
  // `app/shop/0123456789abcdef` is `app.shop.0123456789abcdef` in the names of its files.
  const containing = arn.split(':loadbalancer/')[1]?.replaceAll('/', '.') ?? '';
  const day = ({ year, month, date }: { year: string; month: string; date: string }) =>
    `${folder}/${year}/${month}/${date}/`;
  yield* logObjects(ctx, { name: 'load-balancer-logs', bucket, day, containing }, incidentWindow(ctx));
}

/** What was asked of the application, as the load balancer saw it: the host cannot wipe it. */
export const LOAD_BALANCER_LOGS: ControlPlaneSource = {
  name: 'load-balancer-logs',
  actions: [
    'elasticloadbalancing:DescribeTargetGroups',
    'elasticloadbalancing:DescribeLoadBalancerAttributes',
    ...LOG_OBJECT_ACTIONS,
  ],
  async *read(ctx, { instance }) {
    const arns = instance?.targetGroupArns ?? [];
    if (arns.length === 0) return;
    const balancers = await balancersOf(ctx, arns);
    yield { file: 'load-balancers.json', mediaType: 'application/json', body: readableJson(balancers) };
    for (const balancer of balancers) yield* accessLogs(ctx, balancer);
  },
};
