import type { FlowLog } from '@aws-sdk/client-ec2';
import { ec2 } from '../../../../aws/operations.js';
import type { SuspectContext } from '../../../../engine/context.js';
import { readableJson } from '../../../calls/json-bytes.js';
import { listAll } from '../../../calls/list-all.js';
import type { Instance } from '../../../facts.js';
import type { ControlPlaneSource, Piece } from '../source.js';
import { incidentWindow, type Window } from '../window.js';
import { bucketOfArn, LOG_GROUP_ACTIONS, logGroup } from './log-group.js';
import { LOG_OBJECT_ACTIONS, type LogPlace, logObjects } from './log-objects.js';

/** A flow log covers an interface by itself, by its subnet or by its VPC. */
function coveredBy(instance: Instance | undefined): string[] {
  const all = (instance?.interfaces ?? []).flatMap((one) => [one.interfaceId, one.subnetId, one.vpcId]);
  return [...new Set(all)];
}

/** https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3-path.html */
function placeOf(ctx: SuspectContext, log: FlowLog): LogPlace | undefined {
  const found = bucketOfArn(log.LogDestination ?? '');
  if (found === undefined) return undefined;
  const { account, region } = ctx.incident.suspect;
  const { bucket, prefix } = found;
  const hive = log.DestinationOptions?.HiveCompatiblePartitions === true;
  return {
    name: 'flow-logs',
    bucket,
    containing: log.FlowLogId ?? '',
    day: ({ year, month, date }) =>
      hive
        ? `${prefix}AWSLogs/aws-account-id=${account}/aws-service=vpcflowlogs/aws-region=${region}/year=${year}/month=${month}/day=${date}/`
        : `${prefix}AWSLogs/${account}/vpcflowlogs/${region}/${year}/${month}/${date}/`,
  };
}

/** CloudWatch has one stream for each interface: `eni-...-all`. */
async function* fromGroup(
  ctx: SuspectContext,
  { group, flowLogId }: { readonly group: string; readonly flowLogId: string },
  { instance, window }: { readonly instance: Instance | undefined; readonly window: Window },
): AsyncIterable<Piece> {
  for (const { interfaceId } of instance?.interfaces ?? []) {
    const name = `flow-logs-${flowLogId}-${interfaceId}`;
    yield* logGroup(ctx, { name, group, streamPrefix: interfaceId }, window);
  }
}

async function* recordsOf(
  ctx: SuspectContext,
  log: FlowLog,
  of: { readonly instance: Instance | undefined; readonly window: Window },
): AsyncIterable<Piece> {
  const { FlowLogId: flowLogId = 'unknown', LogGroupName: group } = log;
  const place = log.LogDestinationType === 's3' ? placeOf(ctx, log) : undefined;
  if (place !== undefined) yield* logObjects(ctx, place, of.window);
  else if (group !== undefined) yield* fromGroup(ctx, { group, flowLogId }, of);
  else ctx.gap('NOT_TAKEN', `flow-logs: ${flowLogId} goes to ${log.LogDestination ?? 'an unknown place'}`);
}

/** Which peers it talked to, how much and when: seen by the network, not by the host. */
export const FLOW_LOGS: ControlPlaneSource = {
  name: 'flow-logs',
  actions: ['ec2:DescribeFlowLogs', ...LOG_GROUP_ACTIONS, ...LOG_OBJECT_ACTIONS],
  async *read(ctx, { instance }) {
    const ids = coveredBy(instance);
    if (ids.length === 0) return;
    const found = await listAll(ctx.suspectAccount, ec2.DescribeFlowLogs, {
      input: { Filter: [{ Name: 'resource-id', Values: ids }] },
      items: (page) => page.FlowLogs,
    });
    if (found.length === 0) ctx.notice('NOT_TAKEN', 'flow-logs: none covers the instance');
    yield { file: 'flow-log-settings.json', mediaType: 'application/json', body: readableJson(found) };
    const window = incidentWindow(ctx);
    for (const log of found) yield* recordsOf(ctx, log, { instance, window });
  },
};
