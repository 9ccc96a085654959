import type { Analysis, HostFile, Visitor } from '../../engine/analysis.js';
import { Reporter } from '../../engine/reporter.js';
import { FlowLogParser } from '../../parsers/flow-log.js';
import { parquetFlows } from '../../parsers/flow-log-parquet.js';
import { logMessage } from '../../parsers/json-line.js';
import { judgeFlows } from './flow-judge.js';
import { Peers } from './peers.js';

/** As AWS names them in S3, and as the evidence keeps what came from CloudWatch. */
const TEXT = /(?:^|\/)(?:\d{12}_vpcflowlogs_[^/]+\.log(?:\.gz)?|flow-logs-[^/]+\.jsonl)$/;
const PARQUET = /(?:^|\/)\d{12}_vpcflowlogs_[^/]+\.parquet$/;
const MOST_PARQUET_BYTES = 256 * 1024 * 1024;

/** VPC flow logs: traffic with the finding's addresses, beacons, pools, scans. */
export function flowAnalysis(): Analysis {
  return {
    id: 'network.flows',
    begin(context, output) {
      const reporter = new Reporter(context, output);
      const peers = new Peers();
      return {
        visit: (file) => (file.type === 'file' ? visitor(file, peers, reporter) : undefined),
        finish() {
          if (peers.dropped > 0)
            reporter.notice('TOO_MANY_PEERS', `${peers.dropped} flows with further peers are not judged`);
          judgeFlows(peers.all(), reporter);
        },
      };
    },
  };
}

function visitor({ path }: HostFile, peers: Peers, reporter: Reporter): Visitor | undefined {
  if (PARQUET.test(path))
    return {
      wants: 'whole',
      limitBytes: MOST_PARQUET_BYTES,
      async whole(bytes, complete) {
        // Its index stands at the end.
        if (!complete) return reporter.notice('FILE_READ_IN_PART', 'a flow log is too long', path);
        for await (const record of parquetFlows(bytes)) peers.add(record, { path });
      },
    };
  if (!TEXT.test(path)) return undefined;
  const parser = new FlowLogParser();
  return {
    wants: 'lines',
    line({ text, number }) {
      const record = parser.parse(logMessage(text));
      if (record !== undefined) peers.add(record, { path, line: number });
    },
  };
}
