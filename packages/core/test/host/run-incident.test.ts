import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { defineFact } from '../../src/engine/fact.js';
import { StepFailure } from '../../src/engine/failure.js';
import { IncidentPipeline } from '../../src/engine/pipeline.js';
import { definePolledStep, defineStep } from '../../src/engine/step.js';
import { runIncident } from '../../src/host/run-incident.js';
import { closed, contain, entriesOf, stepOf } from './steps-and-results.js';
import { engineWorld, FINDING } from './world.js';

const answer = defineFact('answer', v.number());
const image = defineFact('image', v.string());

describe('runIncident', () => {
  it('hands facts on and closes as complete', async () => {
    const world = engineWorld();
    const pipeline = IncidentPipeline.create('t')
      .use(contain)
      .use(
        defineStep({
          id: 'ask',
          title: 'Asks',
          phase: 'capture',
          provides: [answer],
          start: async (ctx) => ctx.done({ answer: 42 }),
        }),
      )
      .use(
        defineStep({
          id: 'check',
          title: 'Checks',
          phase: 'examine',
          needs: [answer],
          provides: [],
          start: async (ctx, facts) => {
            if (facts.answer !== 42) throw StepFailure.permanent('WRONG', 'not the answer');
            return ctx.done({});
          },
        }),
      );
    const result = await runIncident(pipeline, FINDING, world.options);
    expect(closed(result).outcome).toBe('complete');
    expect(closed(result).facts).toMatchObject({ answer: 42 });
  });

  it('keeps containment when a capture step fails, and skips what needed its fact', async () => {
    const world = engineWorld();
    const pipeline = IncidentPipeline.create('t')
      .use(contain)
      .use(
        defineStep({
          id: 'dump',
          title: 'Fails',
          phase: 'capture',
          provides: [image],
          start: async () => {
            throw StepFailure.permanent('NO_MODULE_FOR_KERNEL', 'none');
          },
        }),
      )
      .use(
        defineStep({
          id: 'read',
          title: 'Reads the image',
          phase: 'examine',
          needs: [image],
          provides: [],
          start: async (ctx) => ctx.done({}),
        }),
      )
      .use(
        defineStep({
          id: 'tell',
          title: 'Reports',
          phase: 'report',
          wants: [image],
          provides: [answer],
          start: async (ctx, facts) => ctx.done({ answer: facts.image === undefined ? 0 : 1 }),
        }),
      );
    const result = await runIncident(pipeline, FINDING, world.options);
    expect(closed(result).outcome).toBe('incomplete');
    expect(stepOf(result, 'contain')?.status).toBe('succeeded');
    expect(stepOf(result, 'read')).toMatchObject({ status: 'skipped', reason: 'needs image' });
    expect(closed(result).facts).toMatchObject({ answer: 0 });
  });

  it('polls with the ticket at the time the step has estimated', async () => {
    const world = engineWorld();
    const polledAt: string[] = [];
    const slow = definePolledStep({
      id: 'slow',
      title: 'Takes an hour',
      phase: 'examine',
      provides: [answer],
      ticket: v.object({ round: v.number() }),
      start: async (ctx) => ctx.waiting({ round: 1 }, { minutes: 40 }),
      poll: async (ctx, ticket) => {
        polledAt.push(ctx.now().toISOString());
        return ticket.round === 2
          ? ctx.done({ answer: ticket.round })
          : ctx.waiting({ round: ticket.round + 1 }, { minutes: 20 });
      },
    });
    const result = await runIncident(IncidentPipeline.create('t').use(slow), FINDING, world.options);
    expect(closed(result).outcome).toBe('complete');
    expect(polledAt).toEqual(['2026-11-20T04:15:00.000Z', '2026-11-20T04:35:00.000Z']);
  });

  it('writes nothing for a poll that changes nothing', async () => {
    const world = engineWorld();
    let polls = 0;
    const patient = definePolledStep({
      id: 'patient',
      title: 'Waits',
      phase: 'examine',
      provides: [],
      ticket: v.object({ id: v.string() }),
      start: async (ctx) => ctx.waiting({ id: 'x' }, { seconds: 30 }),
      poll: async (ctx, ticket) => {
        polls += 1;
        return polls === 50 ? ctx.done({}) : ctx.waiting(ticket, { seconds: 30 });
      },
    });
    const result = await runIncident(IncidentPipeline.create('t').use(patient), FINDING, world.options);
    const own = (await entriesOf(world, result)).filter((entry) => entry.ledger === 'patient');
    expect(own.map((entry) => entry.kind)).toEqual(['intent', 'waiting', 'succeeded']);
    expect(polls).toBe(50);
  });

  it('tries a retryable failure again, with a backoff, and gives up after five attempts', async () => {
    const world = engineWorld();
    const flaky = (id: string, successAt: number) =>
      defineStep({
        id,
        title: 'Flaky',
        phase: 'examine',
        provides: [],
        start: async (ctx) => {
          if (ctx.attempt < successAt) throw new Error('not yet');
          return ctx.done({});
        },
      });
    const pipeline = IncidentPipeline.create('t').use(flaky('third', 3)).use(flaky('never', 99));
    const result = await runIncident(pipeline, FINDING, world.options);
    expect(stepOf(result, 'third')?.status).toBe('succeeded');
    expect(stepOf(result, 'never')).toMatchObject({ status: 'failed', reason: 'UNEXPECTED: Error: not yet' });
    const intents = (await entriesOf(world, result)).filter(
      (entry) => entry.ledger === 'never' && entry.kind === 'intent',
    );
    expect(intents).toHaveLength(5);
    expect(new Set(intents.map((entry) => entry.at)).size).toBe(5);
  });

  it('opens nothing for what is no finding', async () => {
    const world = engineWorld();
    const { suspect: _, ...nobody } = FINDING;
    for (const event of [undefined, { detail: FINDING }, nobody])
      await expect(
        // As JavaScript may hand it over: an event that nobody has parsed.
        runIncident(IncidentPipeline.create('t'), event as never, world.options),
      ).rejects.toMatchObject({
        code: 'FINDING_INVALID',
        message: expect.stringMatching(/^this is no finding: .*parseFindings/),
      });
    expect(await world.options.journal.list()).toEqual([]);
  });

  it('refuses an observation that is none, before a report has to read it', async () => {
    const world = engineWorld();
    const careless = defineStep({
      id: 'careless',
      title: 'Was compiled by nobody',
      phase: 'examine',
      provides: [],
      start: async (ctx) => {
        // As JavaScript may say it, where no compiler looks.
        ctx.observe({ rule: 'acme.odd', title: 'odd', severity: 'high', techniques: [] } as never);
        return ctx.done({});
      },
    });
    const result = await runIncident(IncidentPipeline.create('t').use(careless), FINDING, world.options);
    expect(stepOf(result, 'careless')?.reason).toMatch(
      /^OBSERVATION_INVALID: an observation of step 'careless' is not one: entity: /,
    );
  });

  it('refuses a fact that is too large, by name and size', async () => {
    const world = engineWorld();
    const big = defineStep({
      id: 'big',
      title: 'Too big',
      phase: 'examine',
      provides: [image],
      start: async (ctx) => ctx.done({ image: 'x'.repeat(20_000) }),
    });
    const result = await runIncident(IncidentPipeline.create('t').use(big), FINDING, world.options);
    expect(stepOf(result, 'big')?.reason).toMatch(
      /^FACT_TOO_LARGE: fact 'image' of step 'big' has 20002 bytes/,
    );
  });
});

describe('a gap', () => {
  it('keeps the outcome from being called complete', async () => {
    const world = engineWorld();
    const partial = defineStep({
      id: 'partial',
      title: 'Mounts what it can',
      phase: 'examine',
      provides: [],
      start: async (ctx) => {
        ctx.gap('NOT_MOUNTED', 'nvme1n1p3: encrypted with LUKS');
        return ctx.done({});
      },
    });
    const result = await runIncident(
      IncidentPipeline.create('t').use(contain).use(partial),
      FINDING,
      world.options,
    );
    expect(stepOf(result, 'partial')?.status).toBe('succeeded');
    expect(closed(result).outcome).toBe('incomplete');
  });
});
