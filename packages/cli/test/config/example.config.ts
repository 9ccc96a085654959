// cordon.config.ts
import { defineCordonConfig } from '@cordon/cli';
import { fileJournal, IncidentPipeline, systemClock } from '@cordon/core';
import { awsSessions, s3Evidence } from '@cordon/core/aws';
import { inspect, isolate, sampleGuard, verifyContainment } from '@cordon/core/steps';
import { slackNotifier } from '@cordon/notifier-slack';

const security = { account: '999900001111', region: 'eu-west-1' };

export const config = defineCordonConfig({
  pipeline: IncidentPipeline.create('contain')
    .use(inspect())
    .use(sampleGuard())
    .use(isolate())
    .use(verifyContainment()),
  journal: fileJournal({ directory: '/var/lib/cordon' }),
  environment: () => ({
    evidence: s3Evidence({
      account: awsSessions({ clock: systemClock }).session({ ...security, incidentId: 'cordon-evidence' }),
      bucket: 'cordon-evidence-999900001111',
    }),
    suspect: { roleArn: (account) => `arn:aws:iam::${account}:role/CordonResponder`, externalId: 'acme' },
    security,
  }),
  notifiers: [slackNotifier({ token: process.env['SLACK_TOKEN'] ?? '', channel: 'C0123456789' })],
  filter: { minimumSeverity: 7, types: ['Backdoor:EC2/*', 'CryptoCurrency:EC2/*'] },
});
