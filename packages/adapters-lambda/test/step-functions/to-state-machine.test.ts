import {
  type AnyPipeline,
  beginIncident,
  compileOrThrow,
  defineFact,
  defineGuard,
  definePolledStep,
  defineStep,
  IncidentPipeline,
  type Phase,
} from '@cordon/core';
import aslValidator from 'asl-validator';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { Chance, randomPlan } from '../../../core/test/engine/random-plan.js';
import { engineWorld, FINDING } from '../../../core/test/host/world.js';
import { stepHandler } from '../../src/lambda/step-handler.js';
import { HISTORY_EVENTS, historyBudget } from '../../src/step-functions/history-budget.js';
import { HistoryTooLong, toStateMachine } from '../../src/step-functions/to-state-machine.js';
import { runMachine } from '../interpreter/run-machine.js';
import { allStates, statesIn } from '../interpreter/states-in.js';

const image = defineFact('image', v.string());

function once(id: string, phase: Phase) {
  return defineStep({ id, title: id, phase, provides: [], start: async (ctx) => ctx.done({}) });
}

/** Ready at the second look. */
function polled(id: string, phase: Phase, seconds = 30) {
  let looked = 0;
  return definePolledStep({
    id,
    title: id,
    phase,
    provides: [],
    ticket: v.string(),
    start: async (ctx) => ctx.waiting('t', { seconds }),
    poll: async (ctx) => (++looked < 2 ? ctx.waiting('t', { seconds }) : ctx.done({})),
  });
}

const capture = defineStep({
  id: 'capture',
  title: 'Takes an image',
  phase: 'capture',
  provides: [image],
  start: async (ctx) => ctx.done({ image: 'an image' }),
});
const analyse = defineStep({
  id: 'analyse',
  title: 'Looks at it',
  phase: 'examine',
  needs: [image],
  provides: [],
  start: async (ctx) => ctx.done({}),
});
const guard = defineGuard({
  id: 'guard',
  title: 'Says yes',
  onFailure: 'refuse',
  check: async (ctx) => ctx.allow('yes'),
});

const pipeline = () =>
  IncidentPipeline.create('t')
    .use(guard)
    .use(polled('protect', 'protect', 5))
    .use(once('contain', 'contain'))
    .use(capture)
    .use(polled('dump', 'capture'))
    .use(once('seal', 'seal'))
    .use(analyse)
    .use(once('report', 'report'));

const machineOf = (of: AnyPipeline = pipeline()) => toStateMachine(of, { functionName: 'step' });

/** Runs the pipeline's machine; `invoke` stands between the machine and the handler. */
async function run(between: (state: string) => void = () => undefined, of: AnyPipeline = pipeline()) {
  const { clock, journal, environment } = engineWorld();
  const begun = await beginIncident(of, FINDING, { journal, environment });
  if (begun.do !== 'start') throw new Error('not begun');
  const handler = stepHandler(of, { journal, environment });
  const execution = await runMachine(machineOf(of), {
    clock,
    incident: begun.incidentId,
    async invoke(payload, state) {
      between(state);
      return handler(payload, { getRemainingTimeInMillis: () => 900_000 });
    },
  });
  const entries = await (await journal.visit(begun.incidentId)).read();
  const ends = entries.flatMap(({ ledger, kind, body }) =>
    ['succeeded', 'failed', 'skipped'].includes(kind)
      ? [`${ledger} ${kind}${'failure' in body ? ` ${body.failure.code}` : ''}`]
      : [],
  );
  return { execution, entries, ends, incident: begun.incidentId };
}

const died = (name: string) => Object.assign(new Error('it died'), { name });

describe('a state machine', () => {
  it('is Amazon States Language, for any pipeline', { timeout: 600_000 }, () => {
    for (let seed = 0; seed < 12; seed += 1) {
      const plan = randomPlan(new Chance(seed));
      const used = plan.steps.map(({ step, predecessors }) => ({ step, after: predecessors }));
      const machine = machineOf(IncidentPipeline.fromSteps('random', used));
      const verdict = aslValidator(JSON.parse(JSON.stringify(machine)), { checkPaths: true, checkArn: true });
      expect(verdict.errorsText()).toBe('');
      const names = [...allStates(machine).keys()];
      expect(new Set(names).size).toBe(names.length);
      expect(plan.steps.every(({ step }) => names.includes(step.id))).toBe(true);
    }
  });

  it('bounds every Task in time, retries it, and has a way on where it is lost', () => {
    for (const [name, state] of statesIn(machineOf(), 'Task')) {
      expect(state.TimeoutSeconds, name).toBe(930);
      const retried = state.Retry.flatMap(({ ErrorEquals }) => ErrorEquals);
      expect(retried, name).toContain('Lambda.ServiceException');
      expect(retried.at(-1), name).toBe('States.ALL');
      expect(state.Catch[0]?.ErrorEquals, name).toEqual(['States.ALL']);
    }
    expect(machineOf().TimeoutSeconds).toBe(48 * 3600 + 30 * 60 + 3600);
  });

  it('lets nothing travel but ids, seconds and hashes', async () => {
    const { execution } = await run();
    const texts = execution.events.map((event) =>
      JSON.stringify('state' in event ? event.state.output : null),
    );
    const words = texts.join().match(/"[a-z]+(?=":)/gi) ?? [];
    expect(new Set(words)).toEqual(new Set(['"incident', '"step', '"status', '"seconds', '"head']));
  });

  it('draws what is independent side by side, and each step under what it waits for', () => {
    const states = allStates(machineOf());
    const behind = (id: string) => {
      const state = states.get(`behind ${id}`);
      return state?.Type === 'Parallel' ? state.Branches.map(({ StartAt }) => StartAt) : [];
    };
    expect(states.get('guard')).toMatchObject({ Next: 'behind guard' });
    expect(behind('guard')).toEqual(['protect', 'contain']);
    expect(behind('contain')).toEqual(['capture', 'dump']);
    expect(states.get('capture?')).toMatchObject({ Type: 'Choice' });
    expect(states.get('dump?')).toMatchObject({ Choices: [{ Next: 'seal' }, { Next: 'seal' }] });
    expect(states.has('guard?')).toBe(false);
  });

  it('ends with the hash of the closing entry', async () => {
    const { execution, entries } = await run();
    const closed = entries.find(({ kind }) => kind === 'closed');
    expect(execution.output).toMatchObject({ status: 'closed', head: closed?.hash });
  });

  it('waits in Wait states, for as long as the step has said', async () => {
    const { execution } = await run();
    const looks = execution.invocations.filter(({ state }) => state === 'dump');
    const [first, second] = looks;
    expect(Math.round(((second?.from ?? 0) - (first?.to ?? 0)) / 1000)).toBe(30);
    const waits = execution.events.filter((one) => one.type === 'StateEntered' && one.state.type === 'Wait');
    for (const wait of waits)
      expect(wait).toMatchObject({ state: { input: { seconds: expect.any(Number) } } });
    expect(waits.length).toBeGreaterThan(2);
  });

  it('reaches the report although a step is lost with every worker, and one in passing', async () => {
    let once = 0;
    const { ends, execution } = await run((state) => {
      if (state === 'capture' || (state === 'dump' && once++ === 0)) throw died('Sandbox.Timedout');
    });
    expect(execution.output).toMatchObject({ status: 'closed' });
    expect(ends).toEqual(
      expect.arrayContaining([
        'capture failed HOST_LOST',
        'dump succeeded',
        'analyse skipped',
        'report succeeded',
      ]),
    );
  });

  it('reaches the report although not even the loss of a step could be told', async () => {
    const { ends, execution } = await run((state) => {
      if (state.startsWith('dump')) throw died('Lambda.ServiceException');
    });
    expect(execution.output).toMatchObject({ status: 'closed' });
    expect(ends).toContain('report succeeded');
    expect(ends.filter((end) => end.startsWith('dump'))).toEqual(['dump skipped']);
    expect(ends).toContain('seal succeeded');
  });

  it('leaves an incident open that it cannot close, and says so', async () => {
    await expect(
      run((state) => {
        if (state === 'close the incident') throw died('Lambda.Unknown');
      }),
    ).rejects.toThrow(/could not be closed/);
  });
});

describe('the history of an execution', () => {
  it('holds what a day of the pipeline may write at most', async () => {
    const { execution } = await run();
    const plan = compileOrThrow(pipeline());
    const budget = historyBudget(plan, { within: { hours: 24 } });
    expect(budget).toBeLessThan(HISTORY_EVENTS);
    expect(execution.transitions * 3).toBeLessThan(budget);
  });

  it('is not outgrown by steps that are never content, for a day', { timeout: 600_000 }, async () => {
    const restless = definePolledStep({
      id: 'restless',
      title: 'Has something new at each look',
      phase: 'examine',
      provides: [],
      timeout: { hours: 23 },
      ticket: v.number(),
      start: async (ctx) => ctx.waiting(0, { seconds: 0 }),
      poll: async (ctx, ticket) => ctx.waiting(ticket + 1, { seconds: 0 }),
    });
    const of = IncidentPipeline.create('t').use(restless).use(once('report', 'report'));
    const { execution } = await run(undefined, of);
    const looks = execution.invocations.filter(({ state }) => state === 'restless').length;
    expect(looks).toBeGreaterThan(150);
    expect(looks * 9).toBeLessThan(historyBudget(compileOrThrow(of), { within: { hours: 24 } }));
  });

  it('is kept within its bound by rarer looks where a pipeline is big, and a bigger one is refused', () => {
    const many = (count: number) =>
      IncidentPipeline.fromSteps(
        'many',
        Array.from({ length: count }, (_, nth) => ({ step: polled(`s${nth}`, 'examine'), after: [] })),
      );
    const spacingIn = (count: number) => {
      const task = statesIn(machineOf(many(count)), 'Task').get('s0');
      return v.parse(v.object({ Payload: v.object({ spacing: v.number() }) }), task?.Parameters).Payload
        .spacing;
    };
    expect(spacingIn(3)).toBe(0.06);
    expect(spacingIn(14)).toBeGreaterThan(0.06);
    expect(() => machineOf(many(200))).toThrow(HistoryTooLong);
  });
});
