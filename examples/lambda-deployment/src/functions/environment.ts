import { type Environment, systemClock } from '@cordon/core';
import { awsEnvironment, awsSessions, s3Evidence, s3Journal } from '@cordon/core/aws';
import * as v from 'valibot';
import type { Deployment } from '../pipeline.ts';

const Text = v.pipe(v.string(), v.minLength(1));

/** What the stack tells its functions. */
const VariablesSchema = v.object({
  AWS_REGION: Text,
  SECURITY_ACCOUNT: Text,
  EVIDENCE_BUCKET: Text,
  STAGING_BUCKET: Text,
  CATALOGUE_BUCKET: Text,
  CATALOGUE_PUBLIC_KEY: Text,
  EVIDENCE_KEY: Text,
  TRANSFER_KEY: Text,
  RESPONDER_ROLE: Text,
  EXTERNAL_ID: Text,
  FORENSIC_SUBNETS: v.pipe(
    Text,
    v.transform((text) => text.split(',')),
  ),
  FORENSIC_PROFILE: Text,
  FORENSIC_IMAGE: Text,
  EXEMPTIONS: Text,
});
export type Variables = v.InferOutput<typeof VariablesSchema>;

/** Names of what the stack has to tell. `AWS_REGION` is Lambda's own. */
export type Told = Readonly<Record<Exclude<keyof Variables, 'AWS_REGION'>, string>>;

/** @throws ValiError that names the first variable that is missing */
export function variables(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Variables {
  return v.parse(VariablesSchema, environment);
}

export interface Runtime {
  readonly deployment: Deployment;
  readonly environment: Environment;
}

/** Journal, evidence and sessions of this deployment, for whichever function asks. */
export function runtime(told: Variables = variables()): Runtime {
  const security = { account: told.SECURITY_ACCOUNT, region: told.AWS_REGION };
  const account = awsSessions({ clock: systemClock }).session({ ...security, incidentId: 'cordon-journal' });
  const place = { account, bucket: told.EVIDENCE_BUCKET };
  const journal = s3Journal(place);
  const environment = awsEnvironment({
    evidence: s3Evidence(place),
    suspect: {
      roleArn: (id) => `arn:aws:iam::${id}:role/${told.RESPONDER_ROLE}`,
      externalId: told.EXTERNAL_ID,
    },
    security,
  });
  const [subnetId = '', ...otherSubnetIds] = told.FORENSIC_SUBNETS;
  return {
    environment,
    deployment: {
      journal,
      stagingBucket: told.STAGING_BUCKET,
      kmsKeyArn: told.EVIDENCE_KEY,
      transferKeyArn: told.TRANSFER_KEY,
      preparedGroups: { bucket: told.CATALOGUE_BUCKET },
      modules: { bucket: told.CATALOGUE_BUCKET, publicKey: told.CATALOGUE_PUBLIC_KEY },
      forensic: {
        subnetId,
        otherSubnetIds,
        image: { ssmParameter: told.FORENSIC_IMAGE },
        instanceProfileName: told.FORENSIC_PROFILE,
        kmsKeyArn: told.EVIDENCE_KEY,
      },
      exemptionsParameter: told.EXEMPTIONS,
    },
  };
}
