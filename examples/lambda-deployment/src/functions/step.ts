// Behind every state of the state machine: one start or poll of one step.
import { stepHandler } from '@cordon/adapters-lambda/lambda';
import { responsePipeline } from '../pipeline.ts';
import { runtime } from './environment.ts';
import { tellers } from './notifiers.ts';

const { deployment, environment } = runtime();

export const handler = stepHandler(responsePipeline(deployment), {
  journal: deployment.journal,
  environment,
  ...(await tellers()),
});
