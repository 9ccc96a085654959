import type { SimulatedRegion } from '../account.js';
import { slice } from '../slice.js';
import { Collection, created, type Resource } from './resource.js';

export interface ProfileAssociation extends Resource {
  readonly instanceId: string;
  readonly profileArn: string;
  state: 'associating' | 'associated' | 'disassociating' | 'disassociated';
}

export const associationsOf = slice((region: SimulatedRegion) => new Collection<ProfileAssociation>(region));

/** The association in force, or on its way. */
export function associationOf(region: SimulatedRegion, instanceId: string): ProfileAssociation | undefined {
  return associationsOf(region)
    .all()
    .find((one) => one.instanceId === instanceId && one.state !== 'disassociated');
}

/** Gives an instance its profile at once. */
export function associateProfile(
  region: SimulatedRegion,
  instanceId: string,
  profileArn: string,
): ProfileAssociation {
  const id = region.world.id('iip-assoc');
  return associationsOf(region).add({ ...created(region, id), instanceId, profileArn, state: 'associated' });
}
