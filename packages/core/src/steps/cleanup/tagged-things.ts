import { ec2 } from '../../aws/operations.js';
import type { Account } from '../../engine/account.js';
import { listAll } from '../calls/list-all.js';
import { INCIDENT_TAG, KEY_TAG, LIFETIME_TAG } from '../calls/names.js';
import type { Thing } from './thing.js';

type Tags = readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] | undefined;

/** A thing of the security account that carries an incident's tag. */
export interface TaggedThing extends Thing {
  readonly incident: string;
  readonly stepKey: string | undefined;
  readonly lifetime: string | undefined;
  /** Milliseconds since the epoch; undefined where EC2 does not tell. */
  readonly madeAt: number | undefined;
  /** The snapshot that a volume was made from. */
  readonly madeFrom?: string;
  readonly attachedTo?: string;
}

function tagOf(tags: Tags, key: string): string | undefined {
  return tags?.find(({ Key }) => Key === key)?.Value;
}

function tagged(
  thing: Pick<Thing, 'kind'> & { readonly id: string | undefined; readonly at?: Date | undefined },
  tags: Tags,
) {
  const { kind, id = '', at } = thing;
  return {
    kind,
    id,
    role: 'security' as const,
    incident: tagOf(tags, INCIDENT_TAG) ?? '',
    stepKey: tagOf(tags, KEY_TAG),
    lifetime: tagOf(tags, LIFETIME_TAG),
    madeAt: at?.getTime(),
  };
}

interface Filter {
  readonly Filters: { Name: string; Values: string[] }[];
}

async function instances(account: Account, input: Filter): Promise<readonly TaggedThing[]> {
  const reservations = await listAll(account, ec2.DescribeInstances, {
    input,
    items: (page) => page.Reservations,
  });
  return reservations
    .flatMap(({ Instances = [] }) => Instances)
    .filter(({ State }) => State?.Name !== 'terminated')
    .map(({ InstanceId: id, LaunchTime: at, State, Tags }) => ({
      ...tagged({ kind: 'instance', id, at }, Tags),
      state: State?.Name ?? 'unknown',
    }));
}

async function volumes(account: Account, input: Filter): Promise<readonly TaggedThing[]> {
  const found = await listAll(account, ec2.DescribeVolumes, { input, items: (page) => page.Volumes });
  return found
    .filter(({ State }) => State !== 'deleting' && State !== 'deleted')
    .map(({ VolumeId: id, CreateTime: at, SnapshotId: from, Attachments = [], Tags }) => {
      const attachedTo = Attachments[0]?.InstanceId;
      return {
        ...tagged({ kind: 'volume', id, at }, Tags),
        ...(from === undefined || from === '' ? {} : { madeFrom: from }),
        ...(attachedTo === undefined ? {} : { attachedTo }),
      };
    });
}

async function snapshots(account: Account, { Filters }: Filter): Promise<readonly TaggedThing[]> {
  const input = { Filters, OwnerIds: ['self'] };
  const found = await listAll(account, ec2.DescribeSnapshots, { input, items: (page) => page.Snapshots });
  return found.map(({ SnapshotId: id, StartTime: at, Tags }) => tagged({ kind: 'snapshot', id, at }, Tags));
}

async function groups(account: Account, input: Filter): Promise<readonly TaggedThing[]> {
  const found = await listAll(account, ec2.DescribeSecurityGroups, {
    input,
    items: (page) => page.SecurityGroups,
  });
  return found.map(({ GroupId: id, Tags }) => tagged({ kind: 'security-group', id }, Tags));
}

/** What carries the tag of an incident in the security account: of this one, or of any. */
export async function taggedThings(account: Account, incidentId?: string): Promise<readonly TaggedThing[]> {
  const Filters =
    incidentId === undefined
      ? [{ Name: 'tag-key', Values: [INCIDENT_TAG] }]
      : [{ Name: `tag:${INCIDENT_TAG}`, Values: [incidentId] }];
  const kinds = [instances, volumes, snapshots, groups];
  return (await Promise.all(kinds.map((kind) => kind(account, { Filters })))).flat();
}

export const TAGGED_READS: readonly string[] = [
  'ec2:DescribeInstances',
  'ec2:DescribeVolumes',
  'ec2:DescribeSnapshots',
  'ec2:DescribeSecurityGroups',
];
