import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { defineFact } from '../../src/engine/fact.js';
import { StepFailure } from '../../src/engine/failure.js';
import { IncidentPipeline } from '../../src/engine/pipeline.js';
import { definePolledStep, defineStep } from '../../src/engine/step.js';
import { runIncident, startIncident } from '../../src/host/run-incident.js';
import { closed, contain } from './steps-and-results.js';
import { engineWorld, FINDING } from './world.js';

const copied = defineFact('copied', v.string());

/** An incident whose copy takes hours, and a process whose login does not last that long. */
function longIncident() {
  let login: 'good' | 'over' = 'good';
  const askAws = () => {
    if (login === 'over') throw StepFailure.retryable('CREDENTIALS_LOST', 'ec2:DescribeSnapshots: expired');
  };
  const copy = definePolledStep({
    id: 'copy',
    title: 'Copies for hours',
    phase: 'examine',
    provides: [copied],
    ticket: v.string(),
    start: async (ctx) => ctx.waiting('snap-1', { hours: 1 }),
    poll: async (ctx, copyId) => {
      askAws();
      return ctx.done({ copied: copyId });
    },
  });
  const tidy = defineStep({
    id: 'tidy',
    title: 'Takes away what costs money',
    phase: 'cleanup',
    provides: [],
    start: async (ctx) => {
      askAws();
      return ctx.done({});
    },
  });
  return {
    pipeline: IncidentPipeline.create('t').use(contain).use(copy).use(tidy),
    login(now: typeof login) {
      login = now;
    },
  };
}

describe('a run whose process has no credentials any more', () => {
  it('gives nothing up, ends open, and goes on when somebody has logged in', async () => {
    const world = engineWorld();
    const { pipeline, login } = longIncident();
    login('over');
    const kinds: string[] = [];
    const first = startIncident(pipeline, FINDING, world.options);
    first.events.on('entry', ({ ledger, kind }) => kinds.push(`${ledger} ${kind}`));
    await expect(first.finished).rejects.toMatchObject({ code: 'CREDENTIALS_LOST' });
    expect(kinds).toContain('copy retrying');
    expect(kinds.filter((kind) => kind.endsWith('failed') || kind === 'run closed')).toEqual([]);
    login('good');
    const result = closed(await runIncident(pipeline, FINDING, world.options));
    expect(result).toMatchObject({ outcome: 'complete', facts: { copied: 'snap-1' } });
  });

  it('needs no second one when the login comes back in time', async () => {
    const world = engineWorld();
    const { pipeline, login } = longIncident();
    login('over');
    const run = startIncident(pipeline, FINDING, world.options);
    run.events.on('entry', ({ kind }) => {
      if (kind === 'retrying') login('good');
    });
    expect(closed(await run.finished).outcome).toBe('complete');
  });
});
