import { triggerHandler } from '@cordon/adapters-lambda/lambda';
import { systemClock } from '@cordon/core';
import { awsEnvironment, awsSessions, s3Evidence, s3Journal } from '@cordon/core/aws';

// What a deployment's trigger looks like; only its size and its import are measured.
const region = process.env['AWS_REGION'] ?? 'eu-west-1';
const clock = systemClock;
const account = awsSessions({ clock }).session({ account: '999900001111', region, incidentId: 'cordon' });
const bucket = 'evidence';
const environment = awsEnvironment({
  evidence: s3Evidence({ account, bucket, clock }),
  suspect: { roleArn: (id) => `arn:aws:iam::${id}:role/CordonResponder`, externalId: 'x' },
  security: { account: '999900001111', region },
});

export const handler = triggerHandler(
  { pipeline: 'web-server', plan: [] },
  { journal: s3Journal({ account, bucket }), environment, account, stateMachineArn: 'arn' },
);
