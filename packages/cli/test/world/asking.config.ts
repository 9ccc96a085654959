import { defineCordonConfig } from '@cordon/cli';
import { IncidentPipeline } from '@cordon/core';
import { approvalGuard, askInJournal } from '@cordon/core/steps';
import { config as plain } from './cordon.config.ts';

const guard = approvalGuard({
  ask: askInJournal(plain.journal),
  deadline: { minutes: 5 },
  onExpiry: 'refuse',
  every: { seconds: 0.1 },
});

/** The plain pipeline behind a guard that asks a person. */
export const config = defineCordonConfig({
  ...plain,
  pipeline: IncidentPipeline.fromSteps('asking', [{ step: guard, after: [] }, ...plain.pipeline.steps]),
});
