import { type Clock, type Environment, type Finding, parseFindings } from '@cordon/core';
import {
  type AwsEnvironmentOptions,
  awsEnvironment,
  awsSessions,
  type Credentials,
  s3Evidence,
} from '@cordon/core/aws';
import {
  type CompromisedWebServerOptions,
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
  readonly reach: Reach;
  readonly deployment: Deployment;
}

/** How the world is reached, as plain data. */
export interface Reach {
  readonly s3Url: string;
  readonly operator: Credentials;
  readonly suspect: AwsEnvironmentOptions['suspect'];
  readonly security: AwsEnvironmentOptions['security'] & { readonly region: string };
}

export interface SimulationOptions {
  /** Where the simulated S3 keeps its objects as files. Default: in memory. */
  readonly folder?: string;
  readonly intruder?: 'present' | 'absent';
  /** Of the root volume. Default `none`. */
  readonly encryption?: NonNullable<CompromisedWebServerOptions['encryption']>;
  /** What was just made stays invisible for up to this long. Default 0. */
  readonly visibilityLagSeconds?: number;
}

/** A minute after the finding: about as long as EventBridge takes. */
const START = new Date('2026-11-20T03:36:00Z');

/** The environment of one process: what it shares with others is only the world. */
export function environmentOver(reach: Reach, clock: Clock): Environment {
  const { s3Url, operator, suspect, security } = reach;
  const common = {
    clock,
    credentials: async () => operator,
    clientDefaults: { s3: { endpoint: s3Url, forcePathStyle: true } },
  };
  const account = awsSessions(common).session({ ...security, incidentId: 'cordon-evidence' });
  const evidence = s3Evidence({ account, bucket: DEMO.evidenceBucket, clock });
  return awsEnvironment({ ...common, suspect, security, evidence });
}

export async function simulation(options: SimulationOptions = {}): Promise<Simulation> {
  const { visibilityLagSeconds = 0, ...scenario } = options;
  const world = createWorld({ seed: 'quickstart', start: START, visibilityLagSeconds });
  const scene = await compromisedWebServer(world, scenario);
  // A first snapshot of a busy disk: about a minute a GiB.
  for (const region of [scene.suspectRegion, scene.securityRegion]) snapshotSpeedOf(region).gibPerMinute = 1;
  const [finding] = parseFindings(scene.finding).findings;
  if (finding === undefined) throw new Error('the scenario gave no finding');
  const { url: s3Url } = await s3Endpoint(world);
  const { credentials, suspect } = scene.aws;
  const reach: Reach = { s3Url, operator: await credentials(), suspect, security: scene.aws.security };
  const { security } = scene;
  const freshEnvironment = () => environmentOver(reach, world.clock);
  return {
    world,
    finding,
    environment: freshEnvironment(),
    freshEnvironment,
    reach,
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
