import type { Random } from './random.js';
import { slice } from './slice.js';
import type { SimulatedWorld } from './world.js';

const lagsOf = slice((world: SimulatedWorld): Random => world.random.fork('lag'));

/** How long this change takes to be seen everywhere: 0 to the world's `visibilityLagSeconds`, by its seed. */
export function lagSeconds(world: SimulatedWorld): number {
  if (world.visibilityLagSeconds <= 0) return 0;
  return lagsOf(world).integer(0, world.visibilityLagSeconds * 1_000) / 1_000;
}

/** From when what is made now can be seen. */
export function visibleFromMs(world: SimulatedWorld): number {
  return world.now().getTime() + lagSeconds(world) * 1_000;
}
