import { stepHandler } from '@cordon/adapters-lambda/lambda';
import { systemClock } from '@cordon/core';
import { awsEnvironment, awsSessions, s3Evidence, s3Journal } from '@cordon/core/aws';
import { webServerPipeline } from '../../examples/quickstart/src/pipeline.ts';

// What a deployment's step function looks like; only its size and its import are measured.
const region = process.env['AWS_REGION'] ?? 'eu-west-1';
const clock = systemClock;
const account = awsSessions({ clock }).session({ account: '999900001111', region, incidentId: 'cordon' });
const bucket = 'evidence';
const environment = awsEnvironment({
  evidence: s3Evidence({ account, bucket, clock }),
  suspect: { roleArn: (id) => `arn:aws:iam::${id}:role/CordonResponder`, externalId: 'x' },
  security: { account: '999900001111', region },
});
const pipeline = webServerPipeline({
  stagingBucket: 'staging',
  kmsKeyArn: 'arn:aws:kms:eu-west-1:999900001111:key/k',
  modules: [],
  forensic: {
    subnetId: 'subnet-1',
    securityGroupIds: [],
    image: { ssmParameter: '/x' },
    instanceProfileName: 'x',
  },
});

export const handler = stepHandler(pipeline, { journal: s3Journal({ account, bucket }), environment });
