import { route53resolver } from '../../../../aws/operations.js';
import type { SuspectContext } from '../../../../engine/context.js';
import { readableJson } from '../../../calls/json-bytes.js';
import { listAll } from '../../../calls/list-all.js';
import type { ControlPlaneSource, Piece } from '../source.js';
import { incidentWindow } from '../window.js';
import { bucketOfArn, groupOfArn, LOG_GROUP_ACTIONS, logGroup } from './log-group.js';
import { LOG_OBJECT_ACTIONS, logObjects } from './log-objects.js';

interface Destination {
  readonly configId: string;
  readonly arn: string;
  readonly vpcId: string;
}

/** https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-query-logs-choosing-target-resource.html */
async function* queriesOf(ctx: SuspectContext, { configId, arn, vpcId }: Destination): AsyncIterable<Piece> {
  const window = incidentWindow(ctx);
  const { account, instanceId } = ctx.incident.suspect;
  const group = groupOfArn(arn);
  if (group !== undefined) {
    const pattern = `{ $.srcids.instance = "${instanceId}" }`;
    yield* logGroup(ctx, { name: `resolver-queries-${configId}`, group, pattern }, window);
    return;
  }
  const place = bucketOfArn(arn);
  if (place === undefined) return ctx.gap('NOT_TAKEN', `resolver-queries: ${configId} goes to ${arn}`);
  const { bucket, prefix } = place;
  const day = ({ year, month, date }: { year: string; month: string; date: string }) =>
    `${prefix}AWSLogs/${account}/vpcdnsquerylogs/${vpcId}/${year}/${month}/${date}/`;
  yield* logObjects(ctx, { name: 'resolver-queries', bucket, day }, window);
}

async function destinationsOf(ctx: SuspectContext, vpcId: string): Promise<readonly Destination[]> {
  const associations = await listAll(
    ctx.suspectAccount,
    route53resolver.ListResolverQueryLogConfigAssociations,
    {
      input: { Filters: [{ Name: 'ResourceId', Values: [vpcId] }] },
      items: (page) => page.ResolverQueryLogConfigAssociations,
    },
  );
  const ids = associations.flatMap(({ ResolverQueryLogConfigId: id }) => id ?? []);
  const configs = ids.map(async (configId) => {
    const { ResolverQueryLogConfig: config } = await ctx.suspectAccount.call(
      route53resolver.GetResolverQueryLogConfig,
      { ResolverQueryLogConfigId: configId },
    );
    return { configId, arn: config?.DestinationArn ?? 'unknown', vpcId };
  });
  return Promise.all(configs);
}

/** Which names it asked for: tunnels and controllers that no security group stops. */
export const RESOLVER_LOGS: ControlPlaneSource = {
  name: 'resolver-queries',
  actions: [
    'route53resolver:ListResolverQueryLogConfigAssociations',
    'route53resolver:GetResolverQueryLogConfig',
    ...LOG_GROUP_ACTIONS,
    ...LOG_OBJECT_ACTIONS,
  ],
  async *read(ctx, { instance }) {
    const vpcIds = [...new Set((instance?.interfaces ?? []).map(({ vpcId }) => vpcId))];
    const found = (await Promise.all(vpcIds.map((id) => destinationsOf(ctx, id)))).flat();
    if (found.length === 0) return ctx.notice('NOT_TAKEN', 'resolver-queries: not logged in this VPC');
    yield { file: 'resolver-settings.json', mediaType: 'application/json', body: readableJson(found) };
    for (const destination of found) yield* queriesOf(ctx, destination);
  },
};
