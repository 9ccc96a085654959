import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { ec2 } from '../../src/aws/operations.js';
import type { Entry } from '../../src/engine/entry.js';
import { defineFact } from '../../src/engine/fact.js';
import { StepFailure } from '../../src/engine/failure.js';
import { defineGuard } from '../../src/engine/guard.js';
import { IncidentPipeline } from '../../src/engine/pipeline.js';
import { definePolledStep, defineStep } from '../../src/engine/step.js';
import { type IncidentResult, runIncident, startIncident } from '../../src/host/run-incident.js';
import { engineWorld, FINDING } from './world.js';

const answer = defineFact('answer', v.number());
const image = defineFact('image', v.string());

const contain = defineStep({
  id: 'contain',
  title: 'Contains',
  phase: 'contain',
  provides: [],
  start: async (ctx) => ctx.done({}),
});

function closed(result: IncidentResult) {
  if (result.status !== 'closed') throw new Error('the run joined another one');
  return result;
}

function stepOf(result: IncidentResult, id: string) {
  return closed(result).steps.find((step) => step.id === id);
}

async function entriesOf(
  world: ReturnType<typeof engineWorld>,
  result: IncidentResult,
): Promise<readonly Entry[]> {
  return (await world.journal.open(result.incidentId)).read();
}

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
    const pipeline = IncidentPipeline.create('t').use(contain).use(endless).use(seal);
    const result = await runIncident(pipeline, FINDING, world.options);
    expect(stepOf(result, 'endless')?.reason).toMatch(/^SEALED/);
    expect(stepOf(result, 'seal')).toMatchObject({
      status: 'succeeded',
      settledAt: '2026-11-20T04:35:00.000Z',
    });
  });

  it('leaves the suspect alone when a guard says no, and still reports', async () => {
    const world = engineWorld();
    const guard = defineGuard({
      id: 'guard.exempt',
      title: 'Spares the exempt',
      onFailure: 'allow',
      check: async (ctx) => ctx.refuse('it is exempt'),
    });
    const tell = defineStep({
      id: 'tell',
      title: 'Reports',
      phase: 'report',
      provides: [],
      start: async (ctx) => ctx.done({}),
    });
    const result = await runIncident(
      IncidentPipeline.create('t').use(guard).use(contain).use(tell),
      FINDING,
      world.options,
    );
    expect(closed(result).outcome).toBe('refused');
    expect(stepOf(result, 'contain')).toMatchObject({ status: 'skipped', reason: 'refused by guard.exempt' });
    expect(stepOf(result, 'tell')?.status).toBe('succeeded');
  });

  it('fails a step that calls what it does not declare, and never sends the call', async () => {
    const world = engineWorld();
    const sneaky = defineStep({
      id: 'sneaky',
      title: 'Calls more than it says',
      phase: 'examine',
      provides: [],
      actions: { suspect: ['ec2:DescribeInstances'] },
      start: async (ctx) => {
        await ctx.suspectAccount.call(ec2.DescribeInstances, {});
        await ctx.suspectAccount.call(ec2.DescribeVolumes, {});
        return ctx.done({});
      },
    });
    const result = await runIncident(IncidentPipeline.create('t').use(sneaky), FINDING, world.options);
    expect(stepOf(result, 'sneaky')?.reason).toMatch(
      /^UNDECLARED_ACTION: step 'sneaky' calls ec2:DescribeVolumes/,
    );
  });

  it('refuses to change the suspect in examine, whatever is declared', async () => {
    const world = engineWorld();
    const late = defineStep({
      id: 'late',
      title: 'Touches',
      phase: 'examine',
      provides: [],
      actions: { suspect: ['ec2:CreateTags'] },
      start: async (ctx, _facts) => {
        await ctx.suspectAccount.call(ec2.CreateTags, {
          Resources: [ctx.incident.suspect.instanceId],
          Tags: [],
        });
        return ctx.done({});
      },
    });
    const result = await runIncident(IncidentPipeline.create('t').use(late), FINDING, world.options);
    expect(stepOf(result, 'late')?.reason).toMatch(/^TOUCHES_SUSPECT/);
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
