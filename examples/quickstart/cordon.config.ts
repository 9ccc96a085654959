import { rmSync } from 'node:fs';
import { stepFunctionsEstimate } from '@cordon/adapters-lambda/step-functions';
import { defineCordonConfig, type Notifier } from '@cordon/cli';
import { fileJournal } from '@cordon/core';
import { slackNotifier } from '@cordon/notifier-slack';
import { webServerPipeline } from './src/pipeline.ts';
import { FOLDER, simulation } from './src/simulation.ts';

// A fresh world each time: the simulated accounts live as long as this process.
rmSync(FOLDER, { recursive: true, force: true });
export const world = await simulation({ folder: `${FOLDER}/s3` });

const { SLACK_TOKEN: token, SLACK_CHANNEL: channel } = process.env;
const notifiers: Notifier[] =
  token === undefined || channel === undefined
    ? []
    : [slackNotifier({ token, channel, clock: world.environment.clock })];

export const config = defineCordonConfig({
  pipeline: webServerPipeline(world.deployment),
  environment: () => world.environment,
  journal: fileJournal({ directory: `${FOLDER}/journal` }),
  notifiers,
  // This demo runs in plain Node: what it would take of Lambda and Step Functions, for the plan.
  hostEstimate: stepFunctionsEstimate(),
});
