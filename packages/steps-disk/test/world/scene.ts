import { buffer } from 'node:stream/consumers';
import {
  type AnyPipeline,
  type Artifact,
  memoryJournal,
  type Progress,
  parseFindings,
  startIncident,
} from '@cordon/core';
import { awsEnvironment, awsSessions, s3Evidence } from '@cordon/core/aws';
import {
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
    world,
    demo,
    finding,
    freshEnvironment,
    evidence,
    journal,
    suspect: demo.suspectRegion,
    security: demo.securityRegion,
    stagingBucket: DEMO.stagingBucket,
    kmsKeyArn: demo.security.kmsKeyArn,
    forensic: {
      subnetId: demo.security.subnetId,
      securityGroupIds: [demo.security.groupId],
      image: { ssmParameter: DEMO.forensicImageParameter },
      instanceProfileName: demo.security.instanceProfileName,
    },
    read: (artifact: Artifact) => buffer(evidence.open(artifact)),
    async run(pipeline: AnyPipeline) {
      const progress: (Progress & { readonly at: number })[] = [];
      const started = startIncident(pipeline, finding, { environment, journal });
      started.events.on('progress', (one) => progress.push({ ...one, at: world.now().getTime() }));
      const result = await started.finished;
      if (result.status !== 'closed') throw new Error('another run has this suspect');
      const entries = await (await journal.visit(result.incidentId)).read();
      const said = entries.flatMap((entry) =>
        entry.kind === 'notice' ? [`${entry.body.code}: ${entry.body.message}`] : [],
      );
      return { ...result, entries, said, progress };
    },
  };
}

export type Scene = Awaited<ReturnType<typeof scene>>;
