import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import {
  type AnyPipeline,
  type Artifact,
  type IncidentResult,
  type MemoryJournal,
  memoryJournal,
  parseFindings,
  runIncident,
} from '@cordon/core';
import { awsEnvironment, awsSessions, s3, s3Evidence } from '@cordon/core/aws';
import {
  type CompromisedWebServer,
  type CompromisedWebServerOptions,
  compromisedWebServer,
  createWorld,
  DEMO,
  groupsOf,
  runningHost,
  runProcess,
  SimulatedCrash,
  s3Endpoint,
} from '@cordon/testkit';
import { onTestFinished } from 'vitest';

const INCIDENT = 'inc-memory-0001';
const START = new Date('2026-11-20T03:36:00Z');

function hostOf({ suspectRegion }: CompromisedWebServer) {
  const found = runningHost(suspectRegion, DEMO.instanceId);
  if (found === undefined) throw new Error('the suspect is not running');
  return found;
}

const windowsIn = ({ suspectRegion }: CompromisedWebServer) =>
  groupsOf(suspectRegion)
    .all()
    .flatMap(({ rules }) => rules.filter(({ peer }) => peer.kind === 'prefix-list'));

function findingOf(demo: CompromisedWebServer) {
  const [finding] = parseFindings(demo.finding).findings;
  if (finding === undefined) throw new Error('the scenario gave no finding');
  return finding;
}

/** What stands in the journal of a run, beside its result. */
async function toldBy(journal: MemoryJournal, result: IncidentResult) {
  if (result.status !== 'closed') throw new Error('another run has this suspect');
  const entries = await (await journal.visit(result.incidentId)).read();
  const said = entries.flatMap((entry) =>
    entry.kind === 'notice' ? [`${entry.body.code}: ${entry.body.message}`] : [],
  );
  return { ...result, entries, said };
}

async function untilItLives(journal: MemoryJournal, finish: () => Promise<IncidentResult>) {
  for (let kills = 0; ; kills += 1) {
    try {
      return { result: await runProcess(finish), kills };
    } catch (error) {
      if (!(error instanceof SimulatedCrash)) throw error;
      journal.abandon(INCIDENT);
    }
  }
}

/** The demo's two accounts, with evidence in the simulated S3 and a journal in memory. */
export async function scene(options: CompromisedWebServerOptions = {}) {
  const world = createWorld({ start: START });
  onTestFinished(() => world.dispose());
  const demo = await compromisedWebServer(world, options);
  const finding = findingOf(demo);
  const { url } = await s3Endpoint(world);
  const clientDefaults = { s3: { endpoint: url, forcePathStyle: true } };
  const { clock, credentials } = demo.aws;
  const account = awsSessions({ clock, credentials, clientDefaults }).session({
    ...demo.aws.security,
    incidentId: 'cordon-evidence',
  });
  const evidence = s3Evidence({ account, bucket: DEMO.evidenceBucket, clock });
  const environment = awsEnvironment({ ...demo.aws, clientDefaults, evidence });
  const journal = memoryJournal();
  const finish = (pipeline: AnyPipeline) =>
    runIncident(pipeline, finding, { environment, journal, incidentId: INCIDENT });
  return {
    ...{ world, demo, evidence },
    host: () => hostOf(demo),
    stagingBucket: DEMO.stagingBucket,
    modules: [{ ...demo.security.limeModule, architecture: 'x86_64' }],
    /** Puts a file beside the LiME module, as the deployment would have done. */
    async keep(key: string, content: string | Uint8Array) {
      const { bucket } = demo.security.limeModule;
      await account.call(s3.PutObject, { Bucket: bucket, Key: key, Body: content });
      const sha256 = createHash('sha256').update(content).digest('hex');
      return { bucket, key, sha256, architecture: 'x86_64' };
    },
    read: (artifact: Artifact) => buffer(evidence.open(artifact)),
    run: async (pipeline: AnyPipeline) => toldBy(journal, await finish(pipeline)),
    /** Runs until its process is killed at a call (see `faults`), then in another process, and so on to the end. */
    async runKilled(pipeline: AnyPipeline) {
      const { result, kills } = await untilItLives(journal, () => finish(pipeline));
      return { ...(await toldBy(journal, result)), kills };
    },
    /** Ways of the suspect to S3 that stand open. */
    openWindows: () => windowsIn(demo),
  };
}

export type Scene = Awaited<ReturnType<typeof scene>>;
