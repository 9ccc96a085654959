import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { type AnyPipeline, type Artifact, memoryJournal, parseFindings, runIncident } from '@cordon/core';
import { awsEnvironment, awsSessions, s3, s3Evidence } from '@cordon/core/aws';
import {
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

/** The demo's two accounts, with evidence in the simulated S3 and a journal in memory. */
export async function scene(options: CompromisedWebServerOptions = {}) {
  const world = createWorld({ start: START });
  onTestFinished(() => world.dispose());
  const demo = await compromisedWebServer(world, options);
  const [finding] = parseFindings(demo.finding).findings;
  if (finding === undefined) throw new Error('the scenario gave no finding');
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
  const host = () => {
    const found = runningHost(demo.suspectRegion, DEMO.instanceId);
    if (found === undefined) throw new Error('the suspect is not running');
    return found;
  };
  const finish = (pipeline: AnyPipeline) =>
    runIncident(pipeline, finding, { environment, journal, incidentId: INCIDENT });
  const resultOf = async (result: Awaited<ReturnType<typeof finish>>) => {
    if (result.status !== 'closed') throw new Error('another run has this suspect');
    const entries = await (await journal.visit(result.incidentId)).read();
    const said = entries.flatMap((entry) =>
      entry.kind === 'notice' ? [`${entry.body.code}: ${entry.body.message}`] : [],
    );
    return { ...result, entries, said };
  };
  return {
    world,
    demo,
    evidence,
    host,
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
    run: async (pipeline: AnyPipeline) => resultOf(await finish(pipeline)),
    /** Runs until its process is killed at a call (see `faults`), then in another process, and so on to the end. */
    async runKilled(pipeline: AnyPipeline) {
      for (let kills = 0; ; kills += 1) {
        const end: unknown = await runProcess(() => finish(pipeline)).catch((error: unknown) => error);
        if (end instanceof SimulatedCrash) {
          journal.abandon(INCIDENT);
          continue;
        }
        // What it resolves to, unless it threw something else than its death.
        if (end instanceof Error) throw end;
        return { ...(await resultOf(end as Awaited<ReturnType<typeof finish>>)), kills };
      }
    },
    /** Ways of the suspect to S3 that stand open. */
    openWindows: () =>
      groupsOf(demo.suspectRegion)
        .all()
        .flatMap(({ rules }) => rules.filter(({ peer }) => peer.kind === 'prefix-list')),
  };
}

export type Scene = Awaited<ReturnType<typeof scene>>;
