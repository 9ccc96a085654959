import type { SendCommandCommandInput } from '@aws-sdk/client-ssm';
import type { SimulatedRegion } from '../simulation/account.js';
import type { Hearsay } from '../simulation/discretion.js';
import { groupsOf } from '../simulation/ec2/groups.js';
import { instancesOf } from '../simulation/ec2/instances.js';
import { interfacesOfInstance } from '../simulation/ec2/interfaces.js';
import type { Resource } from '../simulation/ec2/resource.js';
import { volumesOfInstance } from '../simulation/ec2/volumes.js';
import type { SimulatedCall } from '../simulation/service.js';

/** Shorter ones are words: `database`, `frontend`. */
const LEAST_NAME = 12;
/** The keys of the responders' own tags. */
const OWN_TAG = /^(?:cordon:|ref$)/;

function tagsOf(resource: Resource): readonly Hearsay[] {
  return [...resource.tags]
    .filter(([key]) => !OWN_TAG.test(key))
    .flatMap(([key, value]) => [
      { what: `the tag ${key} of ${resource.id}`, text: value },
      { what: `the key of a tag of ${resource.id}`, text: key },
    ]);
}

/** What the owners of an instance, or its intruder, have called it and what belongs to it. */
function namesAround(region: SimulatedRegion, instanceId: string): readonly Hearsay[] {
  const instance = instancesOf(region).peek(instanceId);
  const interfaces = interfacesOfInstance(region, instanceId);
  const groups = interfaces.flatMap((one) => one.groups.flatMap((id) => groupsOf(region).peek(id) ?? []));
  const tagged = [...(instance === undefined ? [] : [instance]), ...interfaces, ...groups];
  const named = [
    ...[...tagged, ...volumesOfInstance(region, instanceId)].flatMap(tagsOf),
    ...interfaces.map(({ id, description }) => ({ what: `the description of ${id}`, text: description })),
    ...groups.flatMap(({ id, name, description }) => [
      { what: `the name of ${id}`, text: name },
      { what: `the description of ${id}`, text: description },
    ]),
  ];
  return named.filter(({ text }) => text.length >= LEAST_NAME);
}

/**
 * Commands stay in Systems Manager's history and on the suspect's disk.
 *
 * @throws Indiscretion when one says what it may not
 */
export function hearCommand({ world, region, input }: SimulatedCall<SendCommandCommandInput>): void {
  const names = (input.InstanceIds ?? []).flatMap((id) => namesAround(region, id));
  world.discretion.hear(input, names);
}
