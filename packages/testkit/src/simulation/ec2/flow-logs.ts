import type { FlowLog as SdkFlowLog } from '@aws-sdk/client-ec2';
import type { SimulatedRegion } from '../account.js';
import type { Handlers } from '../service.js';
import { slice } from '../slice.js';
import { type FilterTable, filtered } from './filters.js';
import { paged } from './pages.js';

type Ec2 = typeof import('@aws-sdk/client-ec2');

const FIELDS =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';
/** `${version} ${account-id} ...` */
const FORMAT = FIELDS.replace(/[a-z-]+/g, (field) => `\${${field}}`);

const flowLogsOf = slice((_region: SimulatedRegion): SdkFlowLog[] => []);

export interface FlowLogOptions {
  readonly id?: string;
  /** Of an interface, a subnet or a VPC. */
  readonly resourceId: string;
  readonly destination:
    | { readonly logGroup: string }
    | { readonly bucketArn: string; readonly partitions?: 'hive-compatible' };
}

/** Has the traffic of an interface, a subnet or a VPC logged; the records are the test's to write. */
export function addFlowLog(region: SimulatedRegion, options: FlowLogOptions): string {
  const { id = region.world.id('fl'), resourceId, destination } = options;
  const common = {
    FlowLogId: id,
    ResourceId: resourceId,
    CreationTime: region.world.now(),
    FlowLogStatus: 'ACTIVE',
    DeliverLogsStatus: 'SUCCESS',
    TrafficType: 'ALL' as const,
    MaxAggregationInterval: 600,
    LogFormat: FORMAT,
    Tags: [],
  };
  flowLogsOf(region).push(
    'logGroup' in destination
      ? {
          ...common,
          LogDestinationType: 'cloud-watch-logs',
          LogGroupName: destination.logGroup,
          DeliverLogsPermissionArn: `arn:aws:iam::${region.account.id}:role/flow-logs`,
        }
      : {
          ...common,
          LogDestinationType: 's3',
          LogDestination: destination.bucketArn,
          DestinationOptions: {
            FileFormat: 'plain-text',
            HiveCompatiblePartitions: destination.partitions === 'hive-compatible',
            PerHourPartition: false,
          },
        },
  );
  return id;
}

const FILTERS: FilterTable<SdkFlowLog> = {
  'deliver-log-status': (one) => one.DeliverLogsStatus,
  'log-destination-type': (one) => one.LogDestinationType,
  'flow-log-id': (one) => one.FlowLogId,
  'log-group-name': (one) => one.LogGroupName,
  'resource-id': (one) => one.ResourceId,
  'traffic-type': (one) => one.TrafficType,
};

export const flowLogHandlers: Handlers<Ec2, 'DescribeFlowLogs'> = {
  DescribeFlowLogs: (call) => {
    const { FlowLogIds: ids, Filter } = call.input;
    const named = flowLogsOf(call.region).filter(
      (one) => ids === undefined || ids.includes(one.FlowLogId ?? ''),
    );
    const { items, next } = paged(call, filtered(named, Filter, FILTERS), { ids, least: 1 });
    return { FlowLogs: items, ...next };
  },
};
