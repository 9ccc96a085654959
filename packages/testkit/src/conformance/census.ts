import { buckets } from '../s3/bucket.js';
import type { CompromisedWebServer } from '../scenario/compromised-web-server.js';
import { DEMO } from '../scenario/demo-ids.js';
import type { SimulatedRegion } from '../simulation/account.js';
import { groupsOf } from '../simulation/ec2/groups.js';
import { imagesOf } from '../simulation/ec2/images.js';
import { instancesOf } from '../simulation/ec2/instances.js';
import { interfacesOf } from '../simulation/ec2/interfaces.js';
import { snapshotsOf } from '../simulation/ec2/snapshots.js';
import { volumesOf } from '../simulation/ec2/volumes.js';
import { rolesOf } from '../simulation/iam/roles.js';
import { commandsOf } from '../ssm/command.js';

/** How many of each thing there are in both accounts. */
export type Census = ReadonlyMap<string, number>;

function inRegion(region: SimulatedRegion): readonly (readonly [string, number])[] {
  return [
    ['snapshots', snapshotsOf(region).all().length],
    ['volumes', volumesOf(region).all().length],
    ['instances', instancesOf(region).all().length],
    ['security groups', groupsOf(region).all().length],
    ['images', imagesOf(region).all().length],
    ['network interfaces', interfacesOf(region).all().length],
  ];
}

/** The commands that carry `once`, or only read, are the script's own affair: they are counted apart. */
export const COMMANDS = 'commands to hosts';

export function census({ suspectRegion, securityRegion }: CompromisedWebServer): Census {
  const counts = new Map<string, number>();
  for (const [whose, region] of [
    ['suspect', suspectRegion],
    ['security', securityRegion],
  ] as const)
    for (const [what, count] of inRegion(region)) counts.set(`${what} of the ${whose} account`, count);
  const { world } = suspectRegion;
  for (const bucket of buckets(world)) {
    // Evidence is never replaced: another attempt stores beside the first one, and the journal tells both.
    if (bucket.name !== DEMO.evidenceBucket) counts.set(`objects in ${bucket.name}`, bucket.versions.size);
    counts.set(`open uploads in ${bucket.name}`, bucket.uploads.size);
  }
  for (const [name, role] of rolesOf(suspectRegion.account))
    counts.set(`inline policies of role ${name}`, role.inline.size);
  counts.set(COMMANDS, commandsOf(suspectRegion).size + commandsOf(securityRegion).size);
  return counts;
}

/** Where there is more than there should be, in words. */
export function surplus(
  is: Census,
  calm: Census,
): readonly { readonly what: string; readonly text: string }[] {
  return [...is].flatMap(([what, count]) => {
    const should = calm.get(what) ?? 0;
    return count > should ? [{ what, text: `${count} instead of ${should} ${what}` }] : [];
  });
}
