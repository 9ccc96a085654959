import {
  type AnyPipeline,
  beginIncident,
  IncidentPipeline,
  mayBeLate,
  type Plan,
  type Step,
} from '@cordon/core';
import { type Chance, randomPlan } from '../../../core/test/engine/random-plan.js';
import { engineWorld, FINDING } from '../../../core/test/host/world.js';
import { stepHandler } from '../../src/lambda/step-handler.js';
import { toStateMachine } from '../../src/step-functions/to-state-machine.js';
import { runMachine } from '../interpreter/run-machine.js';

interface Ctx {
  done(facts: object): unknown;
  waiting(ticket: string, after: { readonly seconds: number }): unknown;
}

function ending(step: Step, chance: Chance, ctx: Ctx): unknown {
  if (chance.next() < 0.1) throw Object.assign(new Error('it broke'), { name: 'Broken' });
  const facts = Object.fromEntries(step.provides.map(({ name }) => [name, 'x']));
  if (step.guard === undefined) return ctx.done(facts);
  return { status: 'done', facts, verdict: { allow: chance.next() < 0.9, reason: 'chance' } };
}

/** The same step with a life of its own: done at once or after a while, sometimes broken for once or for good. */
function alive(step: Step, chance: Chance): Step {
  const wait = (ctx: Ctx) =>
    ctx.waiting(`t${chance.below(2)}`, { seconds: chance.below(2) * chance.below(1_800) });
  const run = async (ctx: unknown) => {
    // The engine gives every step both words.
    const words = ctx as Ctx;
    const waits = step.run.poll !== undefined && chance.next() < 0.6;
    return waits ? wait(words) : ending(step, chance, words);
  };
  const polls = step.run.poll === undefined ? {} : { poll: run };
  return { ...step, run: { ...step.run, start: run, ...polls } };
}

/** The same plan again as a pipeline, with steps that do something. */
function pipelineOf(plan: Plan, chance: Chance): AnyPipeline {
  const used = plan.steps.map(({ step, predecessors }) => ({
    step: alive(step, chance),
    after: predecessors,
  }));
  return IncidentPipeline.fromSteps(plan.pipeline, used);
}

/** What a service does to invocations: not made, made without an answer. */
function unreliable(
  invoke: (payload: unknown) => Promise<unknown>,
  chance: Chance,
  doomed: string | undefined,
) {
  const died = () => Object.assign(new Error('it died'), { name: 'Lambda.Unknown' });
  return async (payload: unknown, state: string): Promise<unknown> => {
    if (state === doomed || chance.next() < 0.02) throw died();
    const answer = await invoke(payload);
    if (chance.next() < 0.02) throw died();
    return answer;
  };
}

export interface RandomRun {
  readonly plan: Plan;
  readonly output: unknown;
  /** Sentences about steps that began before what they wait for had ended. */
  readonly violations: readonly string[];
  /** Steps that had not ended at the end. */
  readonly unsettled: readonly string[];
  readonly transitions: number;
}

type Journal = ReturnType<typeof engineWorld>['journal'];

async function timesOf(journal: Journal, incident: string) {
  const entries = await (await journal.visit(incident)).read();
  const begun = new Map<string, number>();
  const ended = new Map<string, number>();
  let openedAt = 0;
  for (const { ledger, kind, at } of entries) {
    if (kind === 'opened') openedAt = Date.parse(at);
    if (kind === 'intent' && !begun.has(ledger)) begun.set(ledger, Date.parse(at));
    if (kind === 'succeeded' || kind === 'failed' || kind === 'skipped') ended.set(ledger, Date.parse(at));
  }
  return { openedAt, begun, ended };
}

function violationsOf(plan: Plan, times: Awaited<ReturnType<typeof timesOf>>): readonly string[] {
  const { openedAt, begun, ended } = times;
  return plan.steps.flatMap((planned) => {
    const at = begun.get(planned.step.id);
    if (at === undefined) return [];
    const early = planned.predecessors.filter((id) => {
      const over = (ended.get(id) ?? Number.POSITIVE_INFINITY) <= at;
      return !over && !(mayBeLate(plan, planned, id) && at >= openedAt + plan.protectWindowMs);
    });
    return early.map((id) => `${planned.step.id} began before ${id} had ended`);
  });
}

/** A random pipeline as a state machine, run to its end by the interpreter, with invocations that die. */
export async function randomRun(chance: Chance): Promise<RandomRun> {
  const plan = randomPlan(chance);
  const pipeline = pipelineOf(plan, chance);
  const { clock, journal, environment } = engineWorld();
  const begun = await beginIncident(pipeline, FINDING, { journal, environment });
  if (begun.do !== 'start') throw new Error('not begun');
  const { incidentId: incident } = begun;
  const handler = stepHandler(pipeline, { journal, environment });
  const doomed = chance.next() < 0.1 ? plan.steps.at(chance.below(plan.steps.length))?.step.id : undefined;
  const invoke = unreliable(
    (payload) => handler(payload, { getRemainingTimeInMillis: () => 900_000 }),
    chance,
    doomed,
  );
  const machine = toStateMachine(pipeline, { functionName: 'step' });
  const { output, transitions } = await runMachine(machine, { clock, incident, invoke });
  const times = await timesOf(journal, incident);
  const ids = plan.steps.map(({ step }) => step.id);
  const unsettled = ids.filter((id) => !times.ended.has(id));
  return { plan, output, transitions, unsettled, violations: violationsOf(plan, times) };
}
