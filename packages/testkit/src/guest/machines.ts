import { machineOf } from '../hosts/machine.js';
import type { SimulatedRegion } from '../simulation/account.js';
import { onGroupsChanged } from '../simulation/ec2/connections.js';
import { instancesOf, onInstanceState } from '../simulation/ec2/instances.js';
import { slice } from '../simulation/slice.js';
import type { GuestParts } from './guest-boot.js';
import { GuestMachine } from './guest-machine.js';
import { PacedClock } from './paced-clock.js';

/** After a change of groups: until what they cut, or let through, has been felt by the guest. */
const FELT_WITHIN = { seconds: 8 };

/** The guests behind a region's instances. */
export class Machines {
  readonly #byInstance = new Map<string, GuestMachine>();

  constructor(private readonly region: SimulatedRegion) {}

  /** The machine of a living instance, started when first asked for. */
  of(instanceId: string, parts: GuestParts): GuestMachine | undefined {
    const known = this.#byInstance.get(instanceId);
    if (known !== undefined) return known;
    const state = instancesOf(this.region).peek(instanceId)?.state ?? 'terminated';
    if (!['pending', 'running'].includes(state)) return undefined;
    const machine = new GuestMachine({ region: this.region, instanceId, ...parts });
    this.#byInstance.set(instanceId, machine);
    return machine;
  }

  known(instanceId: string): GuestMachine | undefined {
    return this.#byInstance.get(instanceId);
  }

  end(instanceId: string): void {
    const machine = this.#byInstance.get(instanceId);
    this.#byInstance.delete(instanceId);
    void machine?.stop();
  }

  async dispose(): Promise<void> {
    await Promise.all([...this.#byInstance.values()].map((machine) => machine.stop()));
    this.#byInstance.clear();
  }
}

export const machinesOf = slice((region: SimulatedRegion): Machines => {
  const { world } = region;
  const machines = new Machines(region);
  world.onDispose(() => machines.dispose());
  onInstanceState(world, (instance, state) => {
    if (instance.region !== region) return;
    if (['stopping', 'shutting-down', 'terminated'].includes(state)) machines.end(instance.id);
    // Booting takes a while: it begins with the instance, not with the first who asks.
    else if (state === 'running') machineOf(region, instance.id);
  });
  const { clock } = world;
  if (clock instanceof PacedClock) {
    onGroupsChanged(world, (one) => {
      if (machines.known(one.attachment?.instanceId ?? '') !== undefined) clock.unhurried(FELT_WITHIN);
    });
  }
  return machines;
});
