import type { Branch, State } from '../../src/step-functions/asl.js';

/** Every state of a machine, those of its branches too. */
export function allStates(branch: Branch): ReadonlyMap<string, State> {
  const own = Object.entries(branch.States);
  const inner = own.flatMap(([, state]) =>
    state.Type === 'Parallel' ? state.Branches.flatMap((one) => [...allStates(one)]) : [],
  );
  return new Map([...own, ...inner]);
}

export function statesIn<T extends State['Type']>(
  branch: Branch,
  type: T,
): ReadonlyMap<string, Extract<State, { Type: T }>> {
  const found = [...allStates(branch)].filter(([, state]) => state.Type === type);
  // The type is what was looked for.
  return new Map(found) as unknown as ReadonlyMap<string, Extract<State, { Type: T }>>;
}

export function waitsOf(branch: Branch): readonly string[] {
  return [...statesIn(branch, 'Wait').keys()];
}
