import { ec2 } from '../../aws/operations.js';
import type { BaseContext } from '../../engine/context.js';
import { listAll } from '../calls/list-all.js';
import { INCIDENT_TAG, LIFETIME_TAG } from '../calls/names.js';

interface Tagged {
  readonly Tags?:
    | readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[]
    | undefined;
}

/** What lives for the examination only. */
export interface Examination {
  readonly instances: readonly string[];
  readonly volumes: readonly string[];
  readonly snapshots: readonly string[];
  readonly groups: readonly string[];
}

/** What a changing call of this incident has named. What none has named is not ours to delete, whatever its tags say. */
function namedByJournal({ incident }: BaseContext): ReadonlySet<string> {
  const changed = incident.changes().filter(({ outcome }) => outcome === 'ok');
  return new Set(changed.flatMap(({ resources }) => resources));
}

function lifetimeOf({ Tags = [] }: Tagged): string | undefined {
  return Tags.find(({ Key }) => Key === LIFETIME_TAG)?.Value;
}

const isTemporary = (thing: Tagged) => lifetimeOf(thing) === 'examination';

/** A thing is deleted only if its tag says so **and** this incident's journal names it. */
export async function examinationOf(ctx: BaseContext): Promise<Examination> {
  const account = ctx.securityAccount;
  const input = { Filters: [{ Name: `tag:${INCIDENT_TAG}`, Values: [ctx.incident.id] }] };
  const named = namedByJournal(ctx);
  const ours = (ids: readonly (string | undefined)[]) =>
    ids.filter((id): id is string => id !== undefined && named.has(id));
  const [reservations, volumes, snapshots, groups] = await Promise.all([
    listAll(account, ec2.DescribeInstances, { input, items: (page) => page.Reservations }),
    listAll(account, ec2.DescribeVolumes, { input, items: (page) => page.Volumes }),
    listAll(account, ec2.DescribeSnapshots, {
      input: { ...input, OwnerIds: ['self'] },
      items: (page) => page.Snapshots,
    }),
    listAll(account, ec2.DescribeSecurityGroups, { input, items: (page) => page.SecurityGroups }),
  ]);
  const instances = reservations
    .flatMap(({ Instances = [] }) => Instances)
    .filter(({ State }) => State?.Name !== 'terminated');
  return {
    instances: ours(instances.filter(isTemporary).map(({ InstanceId: id }) => id)),
    volumes: ours(volumes.filter(isTemporary).map(({ VolumeId: id }) => id)),
    snapshots: ours(snapshots.filter(isTemporary).map(({ SnapshotId: id }) => id)),
    groups: ours(groups.filter(isTemporary).map(({ GroupId: id }) => id)),
  };
}

export const EXAMINATION_READS = [
  'ec2:DescribeInstances',
  'ec2:DescribeVolumes',
  'ec2:DescribeSnapshots',
  'ec2:DescribeSecurityGroups',
];
