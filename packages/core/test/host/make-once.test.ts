import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { defineFact } from '../../src/engine/fact.js';
import { StepFailure } from '../../src/engine/failure.js';
import { IncidentPipeline } from '../../src/engine/pipeline.js';
import { definePolledStep } from '../../src/engine/step.js';
import { runIncident } from '../../src/host/run-incident.js';
import { closed } from './steps-and-results.js';
import { engineWorld, FINDING } from './world.js';

const image = defineFact('image', v.string());

describe('makeOnce', () => {
  const scene = (lost: number, visibleAfterSeconds: number) => {
    const world = engineWorld();
    const made: number[] = [];
    const step = definePolledStep({
      id: 'copies',
      title: 'Copies without a client token',
      phase: 'examine',
      provides: [image],
      ticket: v.object({ round: v.number() }),
      start: async (ctx) => ctx.waiting({ round: 0 }, { seconds: 0 }),
      poll: async (ctx, ticket) => {
        const id = await ctx.makeOnce('copy of vol-1', {
          find: async () => {
            const seen = made.find((at) => at + visibleAfterSeconds * 1000 <= ctx.now().getTime());
            return seen === undefined ? null : `snap-${made.indexOf(seen)}`;
          },
          make: async () => {
            made.push(ctx.now().getTime());
            if (made.length <= lost) throw StepFailure.ambiguous('TimeoutError', 'no answer');
            return `snap-${made.length - 1}`;
          },
        });
        return id === undefined ? ctx.waiting(ticket, { seconds: 15 }) : ctx.done({ image: id });
      },
    });
    return { world, made, pipeline: IncidentPipeline.create('t').use(step) };
  };

  it('adopts what a lost answer had made, as soon as AWS shows it', async () => {
    const { world, made, pipeline } = scene(1, 70);
    const result = await runIncident(pipeline, FINDING, world.options);
    expect(closed(result).facts).toMatchObject({ image: 'snap-0' });
    expect(made).toHaveLength(1);
  });

  it('makes it again only when AWS would have shown it by now', async () => {
    const { world, made, pipeline } = scene(1, 100_000);
    const result = await runIncident(pipeline, FINDING, world.options);
    expect(closed(result).facts).toMatchObject({ image: 'snap-1' });
    expect((made[1] ?? 0) - (made[0] ?? 0)).toBeGreaterThanOrEqual(180_000);
  });

  it('is made by one of two that look at the same time, though a failed call has left the other behind', async () => {
    const world = engineWorld();
    const { clock } = world.options.environment;
    const made: number[] = [];
    let left = false;
    const step = definePolledStep({
      id: 'copies',
      title: 'Copies two volumes beside each other',
      phase: 'examine',
      provides: [image],
      ticket: v.object({ round: v.number() }),
      start: async (ctx) => ctx.waiting({ round: 0 }, { seconds: 0 }),
      poll: async (ctx, ticket) => {
        const once = (lookingMs: number) =>
          ctx.makeOnce('copy of vol-1', {
            find: async () => {
              await clock.sleepUntil(new Date(ctx.now().getTime() + lookingMs));
              const seen = made.find((at) => at + 70_000 <= ctx.now().getTime() && at !== made[0]);
              return seen === undefined ? null : `snap-${made.indexOf(seen)}`;
            },
            make: async () => {
              made.push(ctx.now().getTime());
              throw StepFailure.ambiguous('TimeoutError', 'no answer');
            },
          });
        const [first] = made;
        // AWS never shows the first: it is made again, and just then the other volume fails while this one is looked for.
        if (!left && first !== undefined && ctx.now().getTime() - first > 240_000) {
          left = true;
          await Promise.all([once(20_000), Promise.reject(StepFailure.retryable('THROTTLED', 'vol-2'))]);
        }
        const id = await once(0);
        return id === undefined ? ctx.waiting(ticket, { seconds: 250 }) : ctx.done({ image: id });
      },
    });
    const result = await runIncident(IncidentPipeline.create('t').use(step), FINDING, world.options);
    expect(closed(result).outcome).toBe('complete');
    expect({ left, made: made.length }).toEqual({ left: true, made: 2 });
  });
});
