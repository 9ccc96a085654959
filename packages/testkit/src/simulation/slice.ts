/**
 * State that one resource family keeps for each owner (a world, an account, a region), made when first asked for and
 * forgotten with the owner.
 *
 * @example
 * const volumesOf = slice((_region: SimulatedRegion) => new Map<string, VolumeRecord>());
 */
export function slice<Owner extends object, State>(make: (owner: Owner) => State): (owner: Owner) => State {
  const states = new WeakMap<Owner, { readonly state: State }>();
  return (owner) => {
    const kept = states.get(owner);
    if (kept !== undefined) return kept.state;
    const state = make(owner);
    states.set(owner, { state });
    return state;
  };
}
