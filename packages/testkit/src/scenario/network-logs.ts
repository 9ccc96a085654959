import { gzipSync } from 'node:zlib';
import { addBucket } from '../s3/bucket.js';
import { putObject } from '../s3/put.js';
import type { SimulatedRegion } from '../simulation/account.js';
import { addFlowLog } from '../simulation/ec2/flow-logs.js';
import { addLogGroup, type LogEvent } from '../simulation/logs/groups.js';
import { addQueryLogConfig } from '../simulation/route53resolver/service.js';
import { DEMO } from './demo-ids.js';
import { timelineOf } from './timeline.js';
import { INTRUDER } from './tree/scene.js';

const FLOW_GROUP = '/vpc/shop/flow';
const DNS_GROUP = '/vpc/shop/dns';
const MINUTE_MS = 60_000;

function flow(at: Date, peer: string, port: number): LogEvent {
  const seconds = Math.floor(at.getTime() / 1_000);
  const ends = `${DEMO.privateAddress} ${peer} 41832 ${port}`;
  const message = `2 ${DEMO.suspectAccount} ${DEMO.interfaceId} ${ends} 6 14 1176 ${seconds - 60} ${seconds} ACCEPT OK`;
  return { at, stream: `${DEMO.interfaceId}-all`, message };
}

function query(at: Date, name: string): LogEvent {
  const message = JSON.stringify({
    version: '1.100000',
    account_id: DEMO.suspectAccount,
    region: DEMO.region,
    vpc_id: DEMO.vpcId,
    query_timestamp: at.toISOString(),
    query_name: `${name}.`,
    query_type: 'A',
    rcode: 'NOERROR',
    srcaddr: DEMO.privateAddress,
    srcids: { instance: DEMO.instanceId },
  });
  return { at, stream: `${DEMO.vpcId}_${DEMO.suspectAccount}`, message };
}

/** The shop's own traffic to its database, and the beacons where there is an intruder. */
function addTraffic(region: SimulatedRegion, findingAt: Date, intruder: 'present' | 'absent'): void {
  const ago = (minutes: number) => new Date(findingAt.getTime() - minutes * MINUTE_MS);
  const { reverseShell } = timelineOf(findingAt);
  const hours = [1, 2, 3, 4, 5];
  const beacon = flow(reverseShell, INTRUDER.controller, INTRUDER.shellPort);
  addLogGroup(region, {
    name: FLOW_GROUP,
    events: [
      ...hours.map((hour) => flow(ago(hour * 60), '10.20.5.10', 3306)),
      ...(intruder === 'present' ? [beacon] : []),
    ],
  });
  addLogGroup(region, {
    name: DNS_GROUP,
    events: hours.map((hour) => query(ago(hour * 60), 'database.shop.internal')),
  });
  addFlowLog(region, { resourceId: DEMO.vpcId, destination: { logGroup: FLOW_GROUP } });
  const destinationArn = region.arn('logs', `log-group:${DNS_GROUP}:*`);
  addQueryLogConfig(region, { name: 'shop', vpcIds: [DEMO.vpcId], destinationArn });
}

/** `20261120T0335Z` */
function stamp(at: Date): string {
  return `${at.toISOString().slice(0, 16).replace(/[-:]/g, '')}Z`;
}

async function addAccessLog(region: SimulatedRegion, findingAt: Date, balancerArn: string): Promise<void> {
  const { account, world } = region;
  const bucket = addBucket(world, DEMO.logBucket, { account: account.id, region: region.name });
  const principal = world.principalOf(account.credentials().accessKeyId);
  if (principal === undefined) throw new Error('the account has lost its administrator');
  const at = new Date(findingAt.getTime() - 10 * MINUTE_MS);
  const name = balancerArn.split(':loadbalancer/')[1]?.replaceAll('/', '.');
  const folder = `AWSLogs/${account.id}/elasticloadbalancing/${region.name}/${at.toISOString().slice(0, 10).replaceAll('-', '/')}`;
  const file = `${account.id}_elasticloadbalancing_${region.name}_${name}_${stamp(at)}_10.20.1.10_1abc2def.log.gz`;
  const line = `http ${at.toISOString()} ${name} 192.0.2.44:51122 ${DEMO.privateAddress}:80 0.000 0.021 0.000 200 200 312 5120 "GET http://shop.example:80/ HTTP/1.1" "Mozilla/5.0"\n`;
  await putObject({ world, principal, region: region.name }, bucket, {
    key: `${folder}/${file}`,
    body: gzipSync(line),
    algorithm: 'CRC32',
    attributes: {},
  });
}

/** What the network itself wrote down: flows and DNS queries in CloudWatch, the load balancer's access log in S3. */
export async function addNetworkLogs(
  region: SimulatedRegion,
  findingAt: Date,
  scene: { readonly intruder: 'present' | 'absent'; readonly balancerArn: string },
): Promise<void> {
  addTraffic(region, findingAt, scene.intruder);
  await addAccessLog(region, findingAt, scene.balancerArn);
}
