// The process that kill.test.ts kills: it runs the quickstart's pipeline over the world of another process.
import { type Finding, fileJournal, runIncident } from '@cordon/core';
import { drive } from '@cordon/testkit';
import { type Deployment, webServerPipeline } from '../src/pipeline.ts';
import { environmentOver, type Reach } from '../src/simulation.ts';

export interface KillTask {
  readonly incidentId: string;
  /** The journal's directory. */
  readonly directory: string;
  readonly finding: Finding;
  readonly deployment: Deployment;
  readonly reach: Reach;
}

export interface KillResult {
  readonly outcome: string;
  /** Steps that did not succeed, with the reason. */
  readonly unsettled: readonly string[];
  readonly facts: readonly string[];
}

await drive(async ({ clock, task }): Promise<KillResult> => {
  const { incidentId, directory, finding, deployment, reach } = task as KillTask; // what the test sends
  const result = await runIncident(webServerPipeline(deployment), finding, {
    journal: fileJournal({ directory }),
    environment: environmentOver(reach, clock),
    incidentId,
  });
  if (result.status !== 'closed') throw new Error(`the incident is ${result.status}`);
  return {
    outcome: result.outcome,
    unsettled: result.steps.flatMap(({ id, status, reason }) =>
      status === 'succeeded' ? [] : [`${id} ${status}: ${reason}`],
    ),
    facts: Object.keys(result.facts).toSorted(),
  };
});
