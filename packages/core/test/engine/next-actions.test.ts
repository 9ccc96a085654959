import { describe, expect, it } from 'vitest';
import type { Plan, PlanStep } from '../../src/engine/compile.js';
import type { Entry, EntryDraft } from '../../src/engine/entry.js';
import { IncidentState, settlementOf } from '../../src/engine/incident-state.js';
import { type Action, nextActions } from '../../src/engine/next-actions.js';
import { phaseRank, touchesSuspect } from '../../src/engine/phase.js';
import { Chance, randomPlan } from './random-plan.js';

const START = Date.parse('2026-11-20T03:35:00Z');
const PLANS = 100_000;
/** More rounds than any plan of sixteen steps can need: a run that gets there stands still. */
const MOST_ROUNDS = 2_000;

/** A run of a plan in which every call ends by chance: done, failed, waiting, lost. */
class ChanceRun {
  readonly state = new IncidentState();
  readonly settled = new Map<string, number>();
  now = START;
  #seq = 0;

  constructor(
    readonly plan: Plan,
    readonly chance: Chance,
  ) {
    this.#write('run', {
      kind: 'opened',
      body: { incidentId: 'x', pipeline: 'x', finding: undefined as never, plan: [] },
    });
  }

  #write(ledger: string, draft: EntryDraft): void {
    const at = new Date(this.now).toISOString();
    const place = { ledger, seq: this.#seq++, at, prev: '', hash: '', attempt: draft.attempt ?? 0 };
    this.state.apply({ ...draft, ...place } as Entry); // A draft with its place is an entry.
  }

  #soon(): string {
    return new Date(this.now + this.chance.below(3_600_000)).toISOString();
  }

  #end(planned: PlanStep, from: 'start' | 'poll'): void {
    const { step } = planned;
    const failure = {
      kind: this.chance.oneOf(['retryable', 'ambiguous', 'restart'] as const),
      code: 'X',
      message: '',
    } as const;
    const luck = this.chance.next();
    if (luck < 0.5) {
      const facts = Object.fromEntries(step.provides.map((fact) => [fact.name, '']));
      const verdict =
        step.guard === undefined ? {} : { verdict: { allow: this.chance.next() < 0.8, reason: '' } };
      this.#write(step.id, { kind: 'succeeded', body: { facts, ...verdict } });
    } else if (luck < 0.6) this.#write(step.id, { kind: 'failed', body: { failure } });
    else if (luck < 0.7)
      this.#write(step.id, { kind: 'retrying', body: { failure, retryAt: this.#soon(), from } });
    else if (luck < 0.9 && step.run.poll !== undefined)
      this.#write(step.id, { kind: 'waiting', body: { ticket: null, pollAt: this.#soon() } });
    // Else: the worker died, and nothing was written.
  }

  perform(action: Action): void {
    if (action.do === 'sleep' || action.do === 'finish') return;
    const planned = this.plan.steps.find(({ step }) => step.id === action.step);
    if (planned === undefined) throw new Error(`no step ${action.step}`);
    const failure = { kind: 'permanent', code: 'X', message: '' } as const;
    if (action.do === 'skip') this.#write(action.step, { kind: 'skipped', body: { reason: action.reason } });
    else if (action.do === 'expire') this.#write(action.step, { kind: 'failed', body: { failure } });
    else if (action.do === 'start') {
      const leaseUntil = new Date(this.now + 60_000).toISOString();
      this.#write(action.step, { kind: 'intent', attempt: 1, body: { leaseUntil, generation: 0 } });
      this.#end(planned, 'start');
    } else this.#end(planned, action.do === 'poll' ? 'poll' : 'start');
  }

  /** One round; the outcome when the run is over. */
  round(): Action | undefined {
    const actions = nextActions(this.plan, this.state, this.now);
    const finish = actions.find((action) => action.do === 'finish');
    if (finish !== undefined) return finish;
    const doable = actions.filter((action) => action.do !== 'sleep');
    for (const action of doable) if (this.chance.next() < 0.7) this.perform(action);
    if (doable.length > 0) return undefined;
    const alarms = actions.flatMap((action) => (action.do === 'sleep' ? [action.until] : []));
    if (alarms.length === 0) throw new Error('deadlock: nothing to do and nothing to wait for');
    this.now = Math.max(this.now, Math.min(...alarms));
    return undefined;
  }

  isSettled(id: string): boolean {
    return settlementOf(this.state.step(id)) !== undefined;
  }
}

/** What is late in protect, and no guard, does not hold up what comes after protect. */
function isLate(run: ChanceRun, planned: PlanStep, id: string): boolean {
  const other = run.plan.steps.find(({ step }) => step.id === id)?.step;
  if (planned.step.phase === 'protect' || !touchesSuspect(planned.step.phase)) return false;
  return (
    other?.phase === 'protect' && other.guard === undefined && run.now >= START + run.plan.protectWindowMs
  );
}

function mayStart(run: ChanceRun, planned: PlanStep): boolean {
  const rank = phaseRank(planned.step.phase);
  const earlier = run.plan.steps.filter(({ step }) => phaseRank(step.phase) < rank);
  const waitsForAll = planned.step.phase !== 'examine';
  const earlierSettled = earlier
    .filter(({ step }) => waitsForAll || (touchesSuspect(planned.step.phase) && touchesSuspect(step.phase)))
    .every(({ step }) => run.isSettled(step.id) || isLate(run, planned, step.id));
  return earlierSettled && planned.predecessors.every((id) => run.isSettled(id) || isLate(run, planned, id));
}

function checkedRun(seed: number): void {
  const chance = new Chance(seed);
  const run = new ChanceRun(randomPlan(chance), chance);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const before = run.plan.steps.filter(({ step }) => run.isSettled(step.id));
    for (const action of nextActions(run.plan, run.state, run.now)) {
      if (action.do !== 'start' || run.state.step(action.step).status.is !== 'pending') continue;
      const planned = run.plan.steps.find(({ step }) => step.id === action.step);
      if (planned === undefined || !mayStart(run, planned))
        throw new Error(`order violated at ${action.step}`);
      const facts = run.plan.steps.flatMap(({ step }) => {
        const settlement = settlementOf(run.state.step(step.id));
        return settlement?.as === 'succeeded' ? step.provides.map(({ name }) => name) : [];
      });
      if (!planned.step.needs.every(({ name }) => facts.includes(name)))
        throw new Error('started without a need');
    }
    const over = run.round();
    if (!before.every(({ step }) => run.isSettled(step.id)))
      throw new Error('something settled was unsettled');
    if (over !== undefined) return;
  }
  throw new Error('the run does not end');
}

describe('nextActions', () => {
  it(`ends every one of ${PLANS} random plans and never violates their order`, { timeout: 600_000 }, () => {
    for (let seed = 1; seed <= PLANS; seed++) {
      try {
        checkedRun(seed);
      } catch (error) {
        throw new Error(`seed ${seed}: ${String(error)}`, { cause: error });
      }
    }
    expect.assertions(0);
  });

  it('gives the same answer to whoever asks twice', () => {
    const chance = new Chance(7);
    const run = new ChanceRun(randomPlan(chance), chance);
    const first = nextActions(run.plan, run.state, run.now);
    expect(nextActions(run.plan, run.state, run.now)).toEqual(first);
    expect(first.length).toBeGreaterThan(0);
  });
});
