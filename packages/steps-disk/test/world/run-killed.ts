import { type AnyPipeline, incidentIdFor, runIncident } from '@cordon/core';
import { runProcess, SimulatedCrash } from '@cordon/testkit';
import type { Scene } from './scene.js';

/** Runs until its process is killed at a call (see `faults`), then in another process, and so on to the end. */
export async function runKilled(scene: Scene, pipeline: AnyPipeline) {
  const { journal, finding, world } = scene;
  const incidentId = incidentIdFor(finding, world.now());
  for (let kills = 0; ; kills += 1) {
    try {
      const options = { environment: scene.freshEnvironment(), journal, incidentId };
      const result = await runProcess(() => runIncident(pipeline, finding, options));
      return { ...(await scene.toldBy(result)), kills };
    } catch (error) {
      if (!(error instanceof SimulatedCrash)) throw error;
      journal.abandon(incidentId);
    }
  }
}
