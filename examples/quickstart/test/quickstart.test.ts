import { type Entry, memoryJournal, type Observation, startIncident, verifyJournal } from '@cordon/core';
import { PLANTS } from '@cordon/testkit';
import { describe, expect, it } from 'vitest';
import { webServerPipeline } from '../src/pipeline.ts';
import { proofs } from '../src/plants.ts';
import { type SimulationOptions, simulation } from '../src/simulation.ts';

async function ended(options: SimulationOptions) {
  const { world, finding, environment, deployment } = await simulation(options);
  const journal = memoryJournal();
  const run = startIncident(webServerPipeline(deployment), finding, { journal, environment });
  const entries: Entry[] = [];
  run.events.on('entry', (entry) => entries.push(entry));
  try {
    const result = await run.finished;
    if (result.status !== 'closed') throw new Error('another incident has this suspect');
    const { evidence } = environment;
    const verification = await verifyJournal(journal, result.incidentId, { evidence });
    const observations = entries.flatMap((entry): readonly Observation[] =>
      entry.kind === 'observations' ? entry.body.observations : [],
    );
    return { result, observations, verification, commands: world.calls.all() };
  } finally {
    await world.dispose();
  }
}

describe('the quickstart', { timeout: 120_000 }, () => {
  it('contains, preserves and examines, and finds every planted thing with its proof', async () => {
    const { result, observations, verification } = await ended({});
    expect(result.steps.filter(({ status }) => status !== 'succeeded')).toEqual([]);
    expect(result.outcome).toBe('complete');
    const missed = proofs(PLANTS, observations).filter(({ observation }) => observation === undefined);
    expect(missed.map(({ plant }) => plant.id)).toEqual([]);
    const onDisk = observations.filter(({ rule }) => !/^(?:ssm|role)\./.test(rule));
    for (const { title, evidence } of onDisk)
      expect(evidence[0], title).toMatchObject({ artifact: expect.any(String), path: expect.any(String) });
    expect(verification).toMatchObject({ state: 'whole', problems: [] });
  });

  it('observes nothing of low severity or above on the server without the intruder', async () => {
    const { result, observations } = await ended({ intruder: 'absent' });
    expect(result.outcome).toBe('complete');
    expect(observations.filter(({ severity }) => severity !== 'info').map(({ title }) => title)).toEqual([]);
  });
});
