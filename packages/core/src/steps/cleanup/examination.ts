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

/** The calls by which such things are made. What no call of this incident's journal has made is not ours to delete. */
const MAKES = new Set([
  'ec2:RunInstances',
  'ec2:CreateVolume',
  'ec2:CopySnapshot',
  'ec2:CreateSnapshot',
  'ec2:CreateSnapshots',
  'ec2:CreateSecurityGroup',
]);

function madeHere({ incident }: BaseContext): ReadonlySet<string> {
  const made = incident
    .changes()
    .filter(({ operation, outcome }) => MAKES.has(operation) && outcome === 'ok');
  return new Set(made.flatMap(({ resources }) => resources));
}

function lifetimeOf({ Tags = [] }: Tagged): string | undefined {
  return Tags.find(({ Key }) => Key === LIFETIME_TAG)?.Value;
}

const isTemporary = (thing: Tagged) => lifetimeOf(thing) === 'examination';

/** A thing is deleted only if its tag says so **and** this incident's journal names it as made by itself. */
export async function examinationOf(ctx: BaseContext): Promise<Examination> {
  const account = ctx.securityAccount;
  const input = { Filters: [{ Name: `tag:${INCIDENT_TAG}`, Values: [ctx.incident.id] }] };
  const made = madeHere(ctx);
  const ours = (ids: readonly (string | undefined)[]) =>
    ids.filter((id): id is string => id !== undefined && made.has(id));
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
