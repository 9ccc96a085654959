import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { defineFact } from '../../src/engine/fact.js';
import { StepFailure } from '../../src/engine/failure.js';
import { IncidentPipeline } from '../../src/engine/pipeline.js';
import { definePolledStep, defineStep } from '../../src/engine/step.js';
import { runIncident, startIncident } from '../../src/host/run-incident.js';
import { closed, entriesOf, stepOf } from './steps-and-results.js';
import { engineWorld, FINDING } from './world.js';

const answer = defineFact('answer', v.number());

describe('a run that was stopped', () => {
  it('goes on where it was and starts nothing twice', async () => {
    const world = engineWorld();
    const starts: string[] = [];
    const once = definePolledStep({
      id: 'once',
      title: 'Starts once',
      phase: 'examine',
      provides: [answer],
      ticket: v.string(),
      start: async (ctx) => {
        starts.push(ctx.key);
        return ctx.waiting('t', { minutes: 30 });
      },
      poll: async (ctx) => ctx.done({ answer: 1 }),
    });
    const pipeline = IncidentPipeline.create('t').use(once);
    const first = startIncident(pipeline, FINDING, world.options);
    first.events.on('entry', (entry) => {
      if (entry.kind === 'waiting') first.stop();
    });
    await expect(first.finished).rejects.toThrow('the host was stopped');
    const result = await runIncident(pipeline, FINDING, world.options);
    expect(closed(result).outcome).toBe('complete');
    expect(starts).toHaveLength(1);
    const run = (await entriesOf(world, result)).filter((entry) => entry.ledger === 'run');
    expect(run.map((entry) => entry.kind)).toEqual(['opened', 'resumed', 'closed']);
  });

  it('does not count the time in which nobody drove it', async () => {
    const world = engineWorld();
    const slow = definePolledStep({
      id: 'slow',
      title: 'May take ten minutes',
      phase: 'examine',
      timeout: { minutes: 10 },
      provides: [],
      ticket: v.string(),
      start: async (ctx) => ctx.waiting('t', { minutes: 5 }),
      poll: async (ctx) => ctx.done({}),
    });
    const pipeline = IncidentPipeline.create('t').use(slow);
    const first = startIncident(pipeline, FINDING, world.options);
    first.events.on('entry', (entry) => {
      if (entry.kind === 'waiting') first.stop();
    });
    await expect(first.finished).rejects.toThrow();
    await world.clock.advance(7_200_000);
    expect(closed(await runIncident(pipeline, FINDING, world.options)).outcome).toBe('complete');
  });

  it('asks recover before it starts again, and believes its null only when AWS must have shown the effect', async () => {
    const world = engineWorld();
    const asked: number[] = [];
    let starts = 0;
    let begun = 0;
    const maker = defineStep({
      id: 'maker',
      title: 'Makes something',
      phase: 'examine',
      provides: [answer],
      start: async (ctx) => {
        starts += 1;
        if (starts === 1) {
          begun = ctx.now().getTime();
          throw StepFailure.ambiguous('TimeoutError', 'no answer');
        }
        return ctx.done({ answer: starts });
      },
      recover: async (ctx) => {
        asked.push((ctx.now().getTime() - begun) / 1000);
        return null;
      },
    });
    const result = await runIncident(IncidentPipeline.create('t').use(maker), FINDING, world.options);
    expect(closed(result).facts).toMatchObject({ answer: 2 });
    // A call may last 60 s, AWS may hide what it made for 120 s.
    expect(asked.at(-1)).toBe(180);
    expect(asked.length).toBeGreaterThan(5);
  });

  it('asks a recover that fails again in its time, also when its null would be believed by now', async () => {
    const world = engineWorld();
    const asked: number[] = [];
    const maker = defineStep({
      id: 'maker',
      title: 'Makes something, and cannot look',
      phase: 'examine',
      provides: [],
      timeout: { minutes: 10 },
      start: async () => {
        throw StepFailure.ambiguous('TimeoutError', 'no answer');
      },
      recover: async (ctx) => {
        asked.push(ctx.now().getTime());
        if (asked.length === 100) run.stop();
        throw StepFailure.retryable('RequestLimitExceeded', 'not now');
      },
    });
    const run = startIncident(IncidentPipeline.create('t').use(maker), FINDING, world.options);
    expect(stepOf(await run.finished, 'maker')).toMatchObject({
      reason: expect.stringContaining('TIMED_OUT'),
    });
    const pauses = asked.slice(5).map((at, index) => at - (asked[index + 4] ?? 0));
    expect(new Set(pauses)).toEqual(new Set([30_000]));
  });

  it('refuses to go on with another version of a step that had begun', async () => {
    const world = engineWorld();
    const versioned = (version: number) =>
      definePolledStep({
        id: 'versioned',
        title: 'Changes',
        version,
        phase: 'examine',
        provides: [],
        ticket: v.string(),
        start: async (ctx) => ctx.waiting('t', { minutes: 30 }),
        poll: async (ctx) => ctx.done({}),
      });
    const first = startIncident(IncidentPipeline.create('t').use(versioned(1)), FINDING, world.options);
    first.events.on('entry', (entry) => {
      if (entry.kind === 'waiting') first.stop();
    });
    await expect(first.finished).rejects.toThrow();
    await expect(
      runIncident(IncidentPipeline.create('t').use(versioned(2)), FINDING, world.options),
    ).rejects.toMatchObject({ code: 'STEP_VERSION_CHANGED' });
  });
});
