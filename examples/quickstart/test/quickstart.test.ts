import { memoryJournal, startIncident } from '@cordon/core';
import { PLANTS } from '@cordon/testkit';
import { expect, it } from 'vitest';
import { webServerPipeline } from '../src/pipeline.js';
import { simulation } from '../src/simulation.js';

it('takes a real finding through the whole pipeline', { timeout: 120_000 }, async () => {
  const { world, finding, environment, deployment } = await simulation();
  const run = startIncident(webServerPipeline(deployment), finding, {
    journal: memoryJournal(),
    environment,
  });
  const entries: string[] = [];
  const seen: string[] = [];
  run.events.on('entry', (entry) => {
    if (['call', 'artifact'].includes(entry.kind)) return;
    if (entry.kind === 'observations')
      for (const o of entry.body.observations)
        seen.push(
          `${o.severity} ${o.rule} ${o.entity} | ${o.title} | ${o.evidence.map((e) => `${e.artifact}:${e.path}:${e.line ?? e.offsetBytes}`)[0]}`,
        );
    entries.push(
      `${entry.at.slice(11, 19)} ${entry.ledger} ${entry.kind} ${JSON.stringify(entry.body).slice(0, 2500)}`,
    );
  });
  try {
    const result = await run.finished;
    console.log(entries.join('\n'));
    if (result.status !== 'closed') throw new Error('joined');
    console.log(result.steps.map((s) => `${s.id} ${s.status} ${s.reason ?? ''}`).join('\n'));
    console.log(`SEEN\n${seen.join('\n')}`);
    console.log(JSON.stringify(PLANTS, null, 1));
    expect(result.outcome).toBe('complete');
  } finally {
    await world.dispose();
  }
});
