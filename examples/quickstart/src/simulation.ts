import { type Environment, type Finding, parseFindings } from '@cordon/core';
import { awsEnvironment, awsSessions, s3Evidence } from '@cordon/core/aws';
import {
  compromisedWebServer,
  createWorld,
  DEMO,
  type SimulatedWorld,
  s3Endpoint,
  snapshotSpeedOf,
} from '@cordon/testkit';
import type { Deployment } from './pipeline.ts';

/** Where the demo leaves what it made. */
export const FOLDER = '.cordon/quickstart';

/** Two AWS accounts that are not there, a compromised server, and what a pipeline has to be told of them. */
export interface Simulation {
  readonly world: SimulatedWorld;
  readonly finding: Finding;
  readonly environment: Environment;
  /** The same world for another process: sessions of its own. */
  readonly freshEnvironment: () => Environment;
  readonly deployment: Deployment;
}

export interface SimulationOptions {
  /** Where the simulated S3 keeps its objects as files. Default: in memory. */
  readonly folder?: string;
  readonly intruder?: 'present' | 'absent';
  /** What was just made stays invisible for up to this long. Default 0. */
  readonly visibilityLagSeconds?: number;
}

/** A minute after the finding: about as long as EventBridge takes. */
const START = new Date('2026-11-20T03:36:00Z');

export async function simulation(options: SimulationOptions = {}): Promise<Simulation> {
  const { visibilityLagSeconds = 0, ...scenario } = options;
  const world = createWorld({ seed: 'quickstart', start: START, visibilityLagSeconds });
  const scene = await compromisedWebServer(world, scenario);
  // A first snapshot of a busy disk: about a minute a GiB.
  for (const region of [scene.suspectRegion, scene.securityRegion]) snapshotSpeedOf(region).gibPerMinute = 1;
  const [finding] = parseFindings(scene.finding).findings;
  if (finding === undefined) throw new Error('the scenario gave no finding');
  const { url } = await s3Endpoint(world);
  const clientDefaults = { s3: { endpoint: url, forcePathStyle: true } };
  const { clock, credentials } = scene.aws;
  const account = awsSessions({ clock, credentials, clientDefaults }).session({
    ...scene.aws.security,
    incidentId: 'cordon-evidence',
  });
  const evidence = s3Evidence({ account, bucket: DEMO.evidenceBucket, clock });
  const { security } = scene;
  const freshEnvironment = () => awsEnvironment({ ...scene.aws, clientDefaults, evidence });
  return {
    world,
    finding,
    environment: freshEnvironment(),
    freshEnvironment,
    deployment: {
      stagingBucket: DEMO.stagingBucket,
      kmsKeyArn: security.kmsKeyArn,
      modules: [{ ...security.limeModule, architecture: 'x86_64' }],
      forensic: {
        subnetId: security.subnetId,
        securityGroupIds: [security.groupId],
        image: { ssmParameter: DEMO.forensicImageParameter },
        instanceProfileName: security.instanceProfileName,
      },
    },
  };
}
