import { buffer } from 'node:stream/consumers';
import {
  type AnyPipeline,
  type Artifact,
  type IncidentResult,
  type MemoryJournal,
  memoryJournal,
  type Progress,
  parseFindings,
  startIncident,
} from '@cordon/core';
import { awsEnvironment, awsSessions, s3Evidence } from '@cordon/core/aws';
import {
  type CompromisedWebServer,
  type CompromisedWebServerOptions,
  compromisedWebServer,
  createWorld,
  DEMO,
  s3Endpoint,
  type WorldOptions,
} from '@cordon/testkit';
import { onTestFinished } from 'vitest';

const START = new Date('2026-11-20T03:36:00Z');

/** The demo's two accounts, with evidence in the simulated S3 and a journal in memory. */
export async function scene(
  options: CompromisedWebServerOptions & Pick<WorldOptions, 'visibilityLagSeconds' | 'seed'> = {},
) {
  const { visibilityLagSeconds = 0, seed = 1 } = options;
  const world = createWorld({ start: START, visibilityLagSeconds, seed });
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
  /** Each process has sessions of its own. */
  const freshEnvironment = () => awsEnvironment({ ...demo.aws, clientDefaults, evidence });
  const environment = freshEnvironment();
  const journal = memoryJournal();
  return {
    ...{ world, demo, finding, freshEnvironment, evidence, journal },
    suspect: demo.suspectRegion,
    security: demo.securityRegion,
    stagingBucket: DEMO.stagingBucket,
    kmsKeyArn: demo.security.kmsKeyArn,
    forensic: forensicOptions(demo),
    read: (artifact: Artifact) => buffer(evidence.open(artifact)),
    toldBy: (result: IncidentResult) => toldBy(journal, result),
    async run(pipeline: AnyPipeline) {
      const progress: (Progress & { readonly at: number })[] = [];
      const started = startIncident(pipeline, finding, { environment, journal });
      started.events.on('progress', (one) => progress.push({ ...one, at: world.now().getTime() }));
      return { ...(await toldBy(journal, await started.finished)), progress };
    },
  };
}

const forensicOptions = ({ security }: CompromisedWebServer) => ({
  subnetId: security.subnetId,
  securityGroupIds: [security.groupId],
  image: { ssmParameter: DEMO.forensicImageParameter },
  instanceProfileName: security.instanceProfileName,
});

/** What stands in the journal of a run, beside its result. */
async function toldBy(journal: MemoryJournal, result: IncidentResult) {
  if (result.status !== 'closed') throw new Error('another run has this suspect');
  const entries = await (await journal.visit(result.incidentId)).read();
  const said = entries.flatMap((entry) =>
    entry.kind === 'notice' ? [`${entry.body.code}: ${entry.body.message}`] : [],
  );
  return { ...result, entries, said };
}

export type Scene = Awaited<ReturnType<typeof scene>>;
