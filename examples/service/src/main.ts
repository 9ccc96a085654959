// A process of yours: findings in, incidents out. Everything it needs to know is in its environment (config.ts).
import { SQSClient } from '@aws-sdk/client-sqs';
import { fileJournal, systemClock } from '@cordon/core';
import { awsEnvironment, awsSessions, s3Evidence, s3Journal } from '@cordon/core/aws';
import { slackNotifier } from '@cordon/notifier-slack';
import { pino } from 'pino';
import { readConfig } from './config.ts';
import { servicePipeline } from './pipeline.ts';
import { type ServiceOptions, startService } from './service.ts';

/** ECS kills after 30 s unless told otherwise. What has not ended by then is resumed all the same. */
const LONGEST_STOP_MS = 25_000;

function optionsOf(config: ReturnType<typeof readConfig>): ServiceOptions {
  const region = config.CORDON_REGION;
  const security = { account: config.CORDON_SECURITY_ACCOUNT, region };
  const account = awsSessions({ clock: systemClock }).session({ ...security, incidentId: 'cordon-service' });
  const place = { account, bucket: config.CORDON_EVIDENCE_BUCKET };
  const { CORDON_JOURNAL_DIRECTORY: directory, SLACK_TOKEN: token, SLACK_CHANNEL: channel } = config;
  return {
    pipeline: servicePipeline({
      stagingBucket: config.CORDON_STAGING_BUCKET,
      kmsKeyArn: config.CORDON_KMS_KEY_ARN,
    }),
    journal: directory === undefined ? s3Journal(place) : fileJournal({ directory }),
    environment: awsEnvironment({
      evidence: s3Evidence(place),
      suspect: {
        roleArn: (id) => `arn:aws:iam::${id}:role/${config.CORDON_RESPONDER_ROLE}`,
        externalId: config.CORDON_EXTERNAL_ID,
      },
      security,
    }),
    filter: { minimumSeverity: config.CORDON_MINIMUM_SEVERITY },
    most: config.CORDON_MOST_INCIDENTS,
    notifiers: token === undefined || channel === undefined ? [] : [slackNotifier({ token, channel })],
    log: pino({ base: { service: 'cordon' } }),
    http: { host: config.CORDON_HOST, port: config.CORDON_PORT },
    webhookSecrets: config.CORDON_WEBHOOK_SECRETS ?? [],
    ...(config.CORDON_QUEUE_URL === undefined
      ? {}
      : { queue: { sqs: new SQSClient({ region }), url: config.CORDON_QUEUE_URL } }),
  };
}

const service = await startService(optionsOf(readConfig(process.env)));
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, () => {
    setTimeout(() => process.exit(1), LONGEST_STOP_MS).unref();
    void service.stop();
  });
