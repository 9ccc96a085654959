import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { defineFact } from '../../src/engine/fact.js';
import { defineGuard } from '../../src/engine/guard.js';
import { IncidentPipeline } from '../../src/engine/pipeline.js';
import { definePolledStep, defineStep } from '../../src/engine/step.js';
import { runIncident, startIncident } from '../../src/host/run-incident.js';
import { closed, contain, stepOf } from './steps-and-results.js';
import { engineWorld, FINDING } from './world.js';

const answer = defineFact('answer', v.number());

describe('a run', () => {
  it('cancels a step at its timeout, once', async () => {
    const world = engineWorld();
    const cancelled: string[] = [];
    const stuck = definePolledStep({
      id: 'stuck',
      title: 'Never ready',
      phase: 'examine',
      timeout: { minutes: 10 },
      provides: [],
      ticket: v.string(),
      start: async (ctx) => ctx.waiting('t1', { hours: 3 }),
      poll: async (ctx, ticket) => ctx.waiting(ticket, { hours: 3 }),
      cancel: async (_ctx, ticket) => {
        cancelled.push(ticket);
      },
    });
    const result = await runIncident(IncidentPipeline.create('t').use(stuck), FINDING, world.options);
    expect(stepOf(result, 'stuck')?.reason).toMatch(/^TIMED_OUT/);
    expect(cancelled).toEqual(['t1']);
  });

  it('seals: capture ends an hour after containment, and seal goes on', async () => {
    const world = engineWorld();
    const endless = definePolledStep({
      id: 'endless',
      title: 'Captures for ever',
      phase: 'capture',
      timeout: { hours: 10 },
      provides: [],
      ticket: v.string(),
      start: async (ctx) => ctx.waiting('t', { hours: 2 }),
      poll: async (ctx, ticket) => ctx.waiting(ticket, { hours: 2 }),
    });
    const seal = defineStep({
      id: 'seal',
      title: 'Seals',
      phase: 'seal',
      provides: [],
      start: async (ctx) => ctx.done({}),
    });
    const late = defineStep({
      id: 'late',
      title: 'Captures after the endless one',
      phase: 'capture',
      provides: [],
      start: async (ctx) => ctx.done({}),
    });
    const pipeline = IncidentPipeline.create('t')
      .use(contain)
      .use(endless)
      .use(late, { after: ['endless'] })
      .use(seal);
    const result = await runIncident(pipeline, FINDING, world.options);
    expect(stepOf(result, 'endless')?.reason).toMatch(/^SEALED/);
    expect(stepOf(result, 'late')).toMatchObject({ status: 'skipped', reason: 'sealed' });
    expect(stepOf(result, 'seal')).toMatchObject({
      status: 'succeeded',
      settledAt: '2026-11-20T04:35:00.000Z',
    });
  });

  it('stops for a person: what waits is cancelled, the report is written', async () => {
    const world = engineWorld();
    const cancelled: string[] = [];
    const long = definePolledStep({
      id: 'long',
      title: 'Takes a day',
      phase: 'examine',
      provides: [],
      ticket: v.string(),
      start: async (ctx) => ctx.waiting('t', { hours: 20 }),
      poll: async (ctx) => ctx.done({}),
      cancel: async (_ctx, ticket) => {
        cancelled.push(ticket);
      },
    });
    const tell = defineStep({
      id: 'tell',
      title: 'Reports',
      phase: 'report',
      provides: [],
      start: async (ctx) => ctx.done({}),
    });
    const run = startIncident(IncidentPipeline.create('t').use(long).use(tell), FINDING, world.options);
    run.events.on('entry', (entry) => {
      if (entry.kind === 'waiting') run.abort('false alarm');
    });
    const result = await run.finished;
    expect(stepOf(result, 'long')?.reason).toMatch(/^ABORTED/);
    expect(cancelled).toEqual(['t']);
    expect(stepOf(result, 'tell')?.status).toBe('succeeded');
  });
});

describe('protect', () => {
  const late = definePolledStep({
    id: 'late',
    title: 'Takes two minutes',
    phase: 'protect',
    harmless: true,
    timeout: { minutes: 10 },
    provides: [answer],
    ticket: v.string(),
    start: async (ctx) => ctx.waiting('t', { minutes: 2 }),
    poll: async (ctx) => ctx.done({ answer: 1 }),
  });

  it('does not hold containment up: what is late goes on beside it', async () => {
    const world = engineWorld();
    const result = await runIncident(
      IncidentPipeline.create('t').use(late).use(contain),
      FINDING,
      world.options,
    );
    expect(closed(result).outcome).toBe('complete');
    expect(stepOf(result, 'contain')?.startedAt).toBe('2026-11-20T03:35:30.000Z');
    expect(stepOf(result, 'late')?.settledAt).toBe('2026-11-20T03:37:00.000Z');
  });

  it('is waited for as long as it takes where it is a guard', async () => {
    const world = engineWorld();
    const approval = defineGuard({
      id: 'guard.approval',
      title: 'Asks a person',
      onFailure: 'refuse',
      timeout: { hours: 2 },
      ticket: v.string(),
      check: async (ctx, _facts, ticket) =>
        ticket === undefined ? ctx.waiting('asked', { hours: 1 }) : ctx.allow('a person said yes'),
    });
    const result = await runIncident(
      IncidentPipeline.create('t').use(approval).use(contain),
      FINDING,
      world.options,
    );
    expect(stepOf(result, 'contain')?.startedAt).toBe('2026-11-20T04:35:00.000Z');
  });
});
