import { SQSClient } from '@aws-sdk/client-sqs';
import {
  type Clock,
  type Entry,
  type Environment,
  IncidentPipeline,
  type JournalProvider,
  memoryJournal,
} from '@cordon/core';
import { type AwsEnvironmentOptions, awsEnvironment, awsSessions, s3Evidence } from '@cordon/core/aws';
import { confirmFindingGuard, exportManifest, inspect, isolate } from '@cordon/core/steps';
import { diskSnapshots } from '@cordon/steps-disk';
import {
  addFinding,
  addInstance,
  addQueue,
  type CompromisedWebServer,
  compromisedWebServer,
  createWorld,
  DEMO,
  type QueueOptions,
  s3Endpoint,
  snapshotSpeedOf,
} from '@cordon/testkit';
import { onTestFinished } from 'vitest';
import type { Log } from '../src/log.ts';
import { servicePipeline } from '../src/pipeline.ts';
import { type Service, type ServiceOptions, startService } from '../src/service.ts';

/** The shortest way from a finding to a closed incident. */
export const LEAN = IncidentPipeline.create('lean')
  .use(confirmFindingGuard())
  .use(inspect())
  .use(diskSnapshots())
  .use(isolate())
  .use(exportManifest());

export const SECRET = 'a secret of more than sixteen characters';

/** How the world is reached, as plain data. */
export interface Reach {
  readonly s3Url: string;
  readonly operator: Awaited<ReturnType<NonNullable<AwsEnvironmentOptions['credentials']>>>;
  readonly suspect: AwsEnvironmentOptions['suspect'];
  readonly security: AwsEnvironmentOptions['security'] & { readonly region: string };
  readonly queueUrl: string;
  readonly kmsKeyArn: string;
}

export function environmentOver({ s3Url, operator, suspect, security }: Reach, clock: Clock): Environment {
  const common = {
    clock,
    credentials: async () => operator,
    clientDefaults: { s3: { endpoint: s3Url, forcePathStyle: true } },
  };
  const account = awsSessions(common).session({ ...security, incidentId: 'cordon-evidence' });
  const evidence = s3Evidence({ account, bucket: DEMO.evidenceBucket, clock });
  return awsEnvironment({ ...common, suspect, security, evidence });
}

/** What the service is started with in this world, as another process would be. */
export function serviceOptions(
  reach: Reach,
  process: { readonly clock: Clock; readonly journal: JournalProvider; readonly log: Log },
): ServiceOptions {
  const { clock, journal, log } = process;
  return {
    pipeline: servicePipeline({ stagingBucket: DEMO.stagingBucket, kmsKeyArn: reach.kmsKeyArn }),
    journal,
    environment: environmentOver(reach, clock),
    filter: { minimumSeverity: 7 },
    most: 50,
    log,
    http: { host: '127.0.0.1', port: 0 },
    queue: {
      sqs: new SQSClient({ region: DEMO.region, credentials: async () => reach.operator }),
      url: reach.queueUrl,
    },
    webhookSecrets: [SECRET],
  };
}

/** A log whose lines can be looked at. */
export function keptLog() {
  const lines: { readonly level: string; readonly message: string; readonly [field: string]: unknown }[] = [];
  const write = (level: string) => (fields: object, message: string) => {
    lines.push({ ...fields, level, message });
  };
  const log: Log = { info: write('info'), warn: write('warn'), error: write('error') };
  return { lines, log };
}

export interface SceneOptions {
  readonly seed?: string;
  readonly queue?: Partial<QueueOptions>;
}

/** The finding of the demo; about another instance of its own, when the number is not 0. */
function findingIn({ finding, suspectRegion }: CompromisedWebServer, nth: number): object {
  if (nth === 0) return finding;
  const id = `i-0${String(nth).padStart(16, '0')}`;
  addInstance(suspectRegion, { id, interfaces: [{ subnetId: DEMO.subnetId, groups: [DEMO.groupId] }] });
  const text = JSON.stringify(finding)
    .replaceAll(DEMO.instanceId, id)
    .replaceAll(finding.detail.id, String(nth).padStart(32, 'a'));
  const other: typeof finding = JSON.parse(text);
  addFinding(suspectRegion, other.detail);
  return other;
}

/** The demo's accounts with a queue for findings, and a service that can be started several times. */
export async function scene({ seed = 'service', queue: queueOptions = {} }: SceneOptions = {}) {
  const world = createWorld({ seed, start: new Date('2026-11-20T03:36:00Z') });
  const demo = await compromisedWebServer(world);
  const services: Service[] = [];
  onTestFinished(async () => {
    for (const service of services) await service.stop();
    await world.dispose();
  });
  const { suspectRegion: suspects, securityRegion } = demo;
  for (const region of [suspects, securityRegion]) snapshotSpeedOf(region).gibPerMinute = 1;
  addFinding(suspects, demo.finding.detail);
  const dead = addQueue(securityRegion, { name: 'findings-dead' });
  const queue = addQueue(securityRegion, {
    name: 'findings',
    deadLetters: { queue: dead, maxReceiveCount: 3 },
    ...queueOptions,
  });
  const { url: s3Url } = await s3Endpoint(world);
  const { credentials, suspect, security } = demo.aws;
  const reach: Reach = {
    s3Url,
    operator: await credentials(),
    suspect,
    security,
    queueUrl: queue.url,
    kmsKeyArn: demo.security.kmsKeyArn,
  };
  const { lines, log } = keptLog();
  const journal = memoryJournal();
  const options = () => serviceOptions(reach, { clock: world.clock, journal, log });

  async function start(more: Partial<ServiceOptions> = {}): Promise<Service> {
    const service = await startService({ ...options(), pipeline: LEAN, ...more });
    services.push(service);
    return service;
  }

  const findingAbout = (nth = 0) => findingIn(demo, nth);
  return { world, demo, queue, dead, reach, journal, lines, options, findingAbout, start };
}

type Scene = Awaited<ReturnType<typeof scene>>;

/** Lets virtual time pass until it is so, or for a day. */
export async function until({ world }: Pick<Scene, 'world'>, holds: () => boolean | Promise<boolean>) {
  for (let seconds = 0; seconds < 24 * 3_600; seconds += 2) {
    if (await holds()) return;
    await world.clock.advance(2_000);
  }
  throw new Error('it is not so after a day');
}

export async function entriesOf({ journal }: Pick<Scene, 'journal'>, incidentId: string) {
  const store = await journal.visit(incidentId);
  return store.read();
}

export function outcomeIn(entries: readonly Entry[]): string | undefined {
  const closed = entries.find(({ ledger, kind }) => ledger === 'run' && kind === 'closed');
  return closed?.kind === 'closed' ? closed.body.outcome : undefined;
}

/** Whether every incident is closed, and there are so many. */
export async function allClosed(scene: Pick<Scene, 'journal'>, count: number): Promise<boolean> {
  const ids = await scene.journal.list();
  const all = await Promise.all(ids.map((id) => entriesOf(scene, id)));
  return ids.length === count && all.every((entries) => outcomeIn(entries) !== undefined);
}

/** How often each changing call succeeded: what an incident leaves in both accounts. */
export function changes({ world }: Pick<Scene, 'world'>): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { operation, mutating, outcome } of world.calls.all())
    if (mutating && outcome === 'ok' && !/^(sqs|sts):/.test(operation))
      counts[operation] = (counts[operation] ?? 0) + 1;
  return counts;
}
