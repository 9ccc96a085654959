// Behind the rules for findings: begins an incident, joins an open one, or finds that there is nothing to do.
import { triggerHandler } from '@cordon/adapters-lambda/lambda';
import { type PlannedPipeline, systemClock } from '@cordon/core';
import { awsSessions } from '@cordon/core/aws';
import * as v from 'valibot';
import { raise } from './alarm.ts';
import { runtime, variables } from './environment.ts';

/** Written in when the function is bundled: what the state machine of the same deployment does. */
declare const PLANNED_PIPELINE: PlannedPipeline;

const told = variables();
const { STATE_MACHINE, MINIMUM_SEVERITY, READER_ROLE } = v.parse(
  v.object({
    STATE_MACHINE: v.string(),
    MINIMUM_SEVERITY: v.pipe(v.string(), v.transform(Number)),
    READER_ROLE: v.string(),
  }),
  process.env,
);
// What EventBridge did not bring is looked for in the suspect's account: with a role that can do no more.
const { deployment, environment } = runtime({ ...told, RESPONDER_ROLE: READER_ROLE });

export const handler = triggerHandler(PLANNED_PIPELINE, {
  journal: deployment.journal,
  environment,
  account: awsSessions({ clock: systemClock }).session({
    account: told.SECURITY_ACCOUNT,
    region: told.AWS_REGION,
    incidentId: 'cordon-trigger',
  }),
  stateMachineArn: STATE_MACHINE,
  filter: { minimumSeverity: MINIMUM_SEVERITY },
  alarm: raise,
});
