import * as v from 'valibot';
import { compileOrThrow, type Plan } from '../../src/engine/compile.js';
import { defineFact, type Fact } from '../../src/engine/fact.js';
import { PHASES, phaseRank } from '../../src/engine/phase.js';
import { IncidentPipeline, type UsedStep } from '../../src/engine/pipeline.js';
import type { Step } from '../../src/engine/step.js';

/** A small fast generator of its own (mulberry32): a hundred thousand plans take seconds. */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  oneOf<T>(items: readonly [T, ...T[]]): T {
    return items[this.below(items.length)] ?? items[0];
  }

  some<T>(items: readonly T[], probability: number): readonly T[] {
    return items.filter(() => this.next() < probability);
  }
}

interface Known {
  readonly fact: Fact;
  readonly rank: number;
}

function randomStep(chance: Chance, index: number, known: readonly Known[]): Step {
  const phase = chance.oneOf(PHASES);
  const usable = known.filter(({ rank }) => rank <= phaseRank(phase)).map(({ fact }) => fact);
  const mayNeed = !['protect', 'contain', 'report'].includes(phase);
  const needs = mayNeed ? chance.some(usable, 0.3) : [];
  const wants = chance.some(usable, 0.2).filter((fact) => !needs.includes(fact));
  const polled = chance.next() < 0.5;
  return {
    id: `s${index}`,
    title: 'random',
    version: 1,
    phase,
    needs,
    wants,
    provides: chance.next() < 0.7 ? [defineFact(`f${index}`, v.string())] : [],
    timeout: { minutes: 1 + chance.below(600) },
    callTimeout: { seconds: 60 },
    visibleWithin: { minutes: 2 },
    actions: {},
    harmless: chance.next() < 0.3,
    guard: phase === 'protect' && chance.next() < 0.15 ? chance.oneOf(['allow', 'refuse']) : undefined,
    effect: undefined,
    run: {
      start: async () => undefined,
      ...(polled ? { poll: async () => undefined, ticket: v.unknown() } : {}),
      ...(chance.next() < 0.5 ? { recover: async () => null } : {}),
    },
  };
}

/** A random pipeline that obeys the rules for facts, with whatever `after` is allowed. */
export function randomPlan(chance: Chance): Plan {
  const size = 1 + chance.below(16);
  const known: Known[] = [];
  const used: UsedStep[] = [];
  for (let index = 0; index < size; index++) {
    const step = randomStep(chance, index, known);
    const behind = used.filter((other) => phaseRank(other.step.phase) <= phaseRank(step.phase));
    used.push({ step, after: chance.some(behind, 0.1).map((other) => other.step.id) });
    for (const fact of step.provides) known.push({ fact, rank: phaseRank(step.phase) });
  }
  return compileOrThrow(IncidentPipeline.fromSteps('random', used));
}
