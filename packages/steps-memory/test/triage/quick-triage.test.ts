import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { defineGuard, IncidentPipeline } from '@cordon/core';
import { inspect, isolate } from '@cordon/core/steps';
import { describe, expect, it } from 'vitest';
import { quickTriage } from '../../src/index.js';
import { scene } from '../world/scene.js';

const no = defineGuard({
  id: 'guard.no',
  title: 'Says no',
  onFailure: 'refuse',
  check: async (ctx) => ctx.refuse('not this one'),
});

describe('the quick triage', () => {
  it('goes on although a guard refuses containment: what it kept can only be had now', async () => {
    const world = await scene();
    const pipeline = IncidentPipeline.create('triage')
      .use(no)
      .use(inspect())
      .use(quickTriage())
      .use(isolate());
    const result = await world.run(pipeline);
    expect(result.outcome).toBe('refused');
    const statusOf = (id: string) => result.steps.find((step) => step.id === id)?.status;
    expect(statusOf('live.quick-triage')).toBe('succeeded');
    expect(statusOf('contain.isolate')).toBe('skipped');
    await world.world.clock.advance(60_000);
    const kept = readdirSync(join(world.host().root, 'run')).filter((name) => name.startsWith('cordon-'));
    expect(kept).toHaveLength(1);
  });

  it('is not waited for: it has ended when the host has taken the command', async () => {
    const world = await scene();
    const result = await world.run(IncidentPipeline.create('triage').use(inspect()).use(quickTriage()));
    const asked = result.entries.filter(
      (entry) => entry.ledger === 'live.quick-triage' && entry.kind === 'waiting',
    );
    expect(result.outcome).toBe('complete');
    expect(asked).toEqual([]);
  });
});
