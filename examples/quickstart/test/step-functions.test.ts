import { stepHandler } from '@cordon/adapters-lambda/lambda';
import {
  type Branch,
  HISTORY_EVENTS,
  historyBudget,
  incidentUse,
  toStateMachine,
} from '@cordon/adapters-lambda/step-functions';
import {
  beginIncident,
  compileOrThrow,
  type Entry,
  memoryJournal,
  runIncident,
  verifyJournal,
} from '@cordon/core';
import { awsSessions, s3Journal } from '@cordon/core/aws';
import { DEMO, snapshotSpeedOf } from '@cordon/testkit';
import { describe, expect, it } from 'vitest';
import { runMachine } from '../../../packages/adapters-lambda/test/interpreter/run-machine.js';
import { webServerPipeline } from '../src/pipeline.ts';
import { type Simulation, simulation } from '../src/simulation.ts';

function journalInS3({ reach, world }: Simulation) {
  const account = awsSessions({
    clock: world.clock,
    credentials: async () => reach.operator,
    clientDefaults: { s3: { endpoint: reach.s3Url, forcePathStyle: true } },
  }).session({ ...reach.security, incidentId: 'cordon-journal' });
  return s3Journal({ account, bucket: DEMO.evidenceBucket, clock: world.clock });
}

/** What an incident did, without the times and the looks. */
function storyOf(entries: readonly Entry[]): readonly string[] {
  const told = ['intent', 'succeeded', 'failed', 'skipped', 'artifact', 'closed', 'opened'];
  return entries
    .filter(({ kind }) => told.includes(kind))
    .map(
      ({ ledger, kind, body }) =>
        `${ledger} ${kind} ${kind === 'artifact' ? body.path.replace(/vol-[0-9a-f]+/, 'vol') : ''}`,
    )
    .toSorted();
}

/** Disks so fast that the whole incident takes about forty minutes. */
async function fortyMinutes(): Promise<Simulation> {
  const scene = await simulation();
  for (const account of [DEMO.suspectAccount, DEMO.securityAccount])
    snapshotSpeedOf(scene.world.account(account).region(DEMO.region)).gibPerMinute = 1.7;
  return scene;
}

/** Requests to S3 as AWS takes money for them. */
function requestsOf({ world }: Simulation) {
  const all = world.calls.all().filter(({ operation }) => operation.startsWith('s3:'));
  // The log is bounded, and the whole incident fits in.
  expect(world.calls.all()).toHaveLength(world.calls.total);
  const reads = all.filter(({ operation }) => /^s3:(Get|Head)/.test(operation)).length;
  return { reads, writes: all.length - reads };
}

async function onStepFunctions() {
  const scene = await fortyMinutes();
  const { clock } = scene.world;
  const pipeline = webServerPipeline(scene.deployment);
  const journal = journalInS3(scene);
  const { environment } = scene;
  const begunAt = clock.now().getTime();
  const decision = await beginIncident(pipeline, scene.finding, { journal, environment });
  if (decision.do !== 'start') throw new Error('not begun');
  const incident = decision.incidentId;
  const handler = stepHandler(pipeline, { journal, environment });
  const spacings = new Set<number>();
  const machine = toStateMachine(pipeline, { functionName: 'step' });
  const execution = await runMachine(machine, {
    clock,
    incident,
    invoke(payload) {
      // As our own Parameters have it.
      spacings.add((payload as { readonly spacing: number }).spacing);
      return handler(payload, { getRemainingTimeInMillis: () => 900_000 });
    },
  });
  const s3 = requestsOf(scene);
  const entries = await (await journal.visit(incident)).read();
  const verified = await verifyJournal(journal, incident, { evidence: environment.evidence });
  const tookMs = clock.now().getTime() - begunAt;
  await scene.world.dispose();
  return {
    pipeline,
    machine,
    execution,
    entries,
    verified,
    tookMs,
    s3,
    plan: compileOrThrow(pipeline),
    spacings: [...spacings],
  };
}

async function onNode() {
  const scene = await fortyMinutes();
  const { clock } = scene.world;
  const journal = memoryJournal();
  const begunAt = clock.now().getTime();
  const options = { journal, environment: scene.environment };
  const result = await runIncident(webServerPipeline(scene.deployment), scene.finding, options);
  const entries = await (await journal.visit(result.incidentId)).read();
  const tookMs = clock.now().getTime() - begunAt;
  await scene.world.dispose();
  return { entries, tookMs };
}

/** States that were entered on the way to this one: in its own branch and those around it, and in none beside them. */
function wayTo(name: string, branch: Branch, entered: readonly string[]): readonly string[] {
  const upTo = (last: string) =>
    entered.slice(0, entered.indexOf(last) + 1).filter((one) => Object.hasOwn(branch.States, one));
  if (Object.hasOwn(branch.States, name)) return upTo(name);
  for (const [around, state] of Object.entries(branch.States)) {
    const inner = state.Type === 'Parallel' ? state.Branches : [];
    const way = inner.map((one) => wayTo(name, one, entered)).find(({ length }) => length > 0);
    if (way !== undefined) return [...upTo(around), ...way];
  }
  return [];
}

describe('the quickstart on Step Functions, its journal in S3', { timeout: 300_000 }, async () => {
  const run = await onStepFunctions();

  it('ends complete, with a journal and evidence that are whole', () => {
    expect(run.entries.find(({ kind }) => kind === 'closed')?.body).toMatchObject({ outcome: 'complete' });
    expect(run.verified).toMatchObject({ state: 'whole', problems: [] });
    expect(run.execution.output).toMatchObject({ status: 'closed' });
  });

  it('does what the Node host does, no more and no less', async () => {
    const node = await onNode();
    expect(storyOf(run.entries)).toEqual(storyOf(node.entries));
    // What is waited for is looked at six percent late at most.
    expect(run.tookMs).toBeLessThan(1.1 * node.tookMs);
  });

  it('swaps the groups within six transitions and four invocations from the event', () => {
    const entered = run.execution.events.filter((event) => event.type === 'StateEntered');
    const names = entered.map((event) => event.state.name);
    const way = wayTo('contain.isolate', run.machine, names);
    expect(way).toContain('guard.sample');
    expect(way.length).toBeLessThanOrEqual(6);
    const tasks = way.filter((name) => !/^(?:part|behind) /.test(name));
    // The trigger is one of the four.
    expect(tasks.length + 1).toBeLessThanOrEqual(4);
    const [first] = run.execution.invocations.filter(({ state }) => state === 'contain.isolate');
    const swapped = run.entries.find(
      ({ kind, ledger }) => kind === 'succeeded' && ledger === 'contain.isolate',
    );
    expect(Date.parse(swapped?.at ?? '')).toBeLessThanOrEqual(first?.to ?? 0);
  });

  it('keeps Lambda busy for less than a minute, in fewer than 260 transitions', () => {
    const busyMs = run.execution.invocations.reduce((sum, { from, to }) => sum + to - from, 0);
    expect(run.execution.transitions).toBeLessThan(260);
    expect(busyMs).toBeLessThan(57_000);
  });

  it('takes of its host what the plan has told, give or take a tenth', () => {
    const told = incidentUse(run.pipeline, { snapshots: { minutes: 19 } });
    const { invocations, transitions } = run.execution;
    const busyMs = invocations.reduce((sum, { from, to }) => sum + to - from, 0);
    const within = (is: number, was: number) => expect(Math.abs(is / was - 1)).toBeLessThan(0.1);
    within(told.invocations, invocations.length);
    within(told.transitions, transitions);
    within(told.busySeconds, busyMs / 1000);
    within(told.s3Writes, run.s3.writes);
    within(told.s3Reads, run.s3.reads);
  });

  it('writes no more than four fifths of what a history may hold, in a day on which nothing goes well', () => {
    const [spacing = Number.NaN, ...others] = run.spacings;
    expect(others).toEqual([]);
    const budget = historyBudget(run.plan, { within: { hours: 24 }, spacing });
    expect(budget).toBeLessThan(0.8 * HISTORY_EVENTS);
  });
});
