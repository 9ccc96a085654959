import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ALL_CASES } from '../src/differential/cases/all.ts';
import { KNOWN_DIFFERENCES } from '../src/differential/known-differences.ts';
import { motoWorld } from '../src/differential/moto-world.ts';
import { conflicts, type Outcome, outcomeOf, wordOf } from '../src/differential/outcome.ts';
import { simulatedWorld } from '../src/differential/simulated-world.ts';
import type { World } from '../src/differential/world.ts';
import { present } from '../src/present.ts';
import { freshAccountId, motoUrl } from '../src/scene.ts';

type Outcomes = ReadonlyMap<string, Outcome>;

let moto: Outcomes;
let simulation: Outcomes;
let dispose: () => Promise<void>;

async function outcomesIn(world: World): Promise<Outcomes> {
  const outcomes = new Map<string, Outcome>();
  for (const one of ALL_CASES) {
    outcomes.set(one.name, await outcomeOf(one, world));
    await world.rest();
  }
  return outcomes;
}

beforeAll(async () => {
  // In this order: once a world is made, the clients of this process reach no server any more.
  moto = await outcomesIn(await motoWorld(motoUrl(), freshAccountId()));
  const world = await simulatedWorld('111122223333');
  dispose = world.dispose;
  simulation = await outcomesIn(world);
}, 120_000);

afterAll(() => dispose());

const outcome = (of: Outcomes, name: string): Outcome => present(of.get(name), `outcome of ${name}`);

describe('moto and the simulation agree on', () => {
  for (const { name } of ALL_CASES.filter((one) => !(one.name in KNOWN_DIFFERENCES)))
    it(name, () => {
      expect(wordOf(outcome(simulation, name))).toBe(wordOf(outcome(moto, name)));
      expect(conflicts(outcome(moto, name), outcome(simulation, name))).toEqual([]);
    });
});

describe('moto and the simulation differ, for a reason, on', () => {
  for (const [name, { because, ...words }] of Object.entries(KNOWN_DIFFERENCES))
    it(`${name}: ${because}`, () => {
      const now = { moto: wordOf(outcome(moto, name)), simulation: wordOf(outcome(simulation, name)) };
      expect(now, 'no longer so: mend the simulation, or the list').toEqual(words);
    });
});

describe('the cases', () => {
  it('have names of their own', () => {
    expect(new Set(ALL_CASES.map(({ name }) => name)).size).toBe(ALL_CASES.length);
  });

  it('are all simulated', () => {
    expect([...simulation].filter(([, one]) => wordOf(one).startsWith('NotSimulated'))).toEqual([]);
  });
});
