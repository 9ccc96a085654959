import type { SimulatedRegion } from '../simulation/account.js';
import { instancesOf } from '../simulation/ec2/instances.js';
import { volumesOfInstance } from '../simulation/ec2/volumes.js';

/** What the disk holds that a living instance boots from. */
export function rootContent(region: SimulatedRegion, instanceId: string): unknown {
  const instance = instancesOf(region).peek(instanceId);
  if (instance === undefined || ['terminated', 'shutting-down'].includes(instance.state)) return undefined;
  const root = volumesOfInstance(region, instanceId).find((volume) =>
    volume.attachments.some((one) => one.instanceId === instanceId && one.device === instance.rootDeviceName),
  );
  return root?.content;
}
