import type { SimulatedRegion } from '../simulation/account.js';
import { onInstanceState } from '../simulation/ec2/instances.js';
import type { SimulatedVolume } from '../simulation/ec2/volumes.js';
import { slice } from '../simulation/slice.js';
import type { SimulatedHost } from './simulated-host.js';

export interface Hosted {
  readonly host: SimulatedHost;
  /** Volumes as the host last saw them. */
  readonly attached: Map<string, SimulatedVolume>;
}

export const hostsOf = slice((region: SimulatedRegion) => {
  const hosts = new Map<string, Hosted>();
  region.world.onDispose(async () => {
    for (const { host } of hosts.values()) await host.dispose();
  });
  onInstanceState(region.world, (instance, state) => {
    if (instance.region !== region || state !== 'terminated') return;
    const hosted = hosts.get(instance.id);
    hosts.delete(instance.id);
    void hosted?.host.dispose();
  });
  return hosts;
});

/** The host behind an instance, where one has been started; nobody looks into others. */
export function hostOf(region: SimulatedRegion, instanceId: string): SimulatedHost | undefined {
  return hostsOf(region).get(instanceId)?.host;
}
