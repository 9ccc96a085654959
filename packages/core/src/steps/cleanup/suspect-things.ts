import type { NetworkInterface, SecurityGroup } from '@aws-sdk/client-ec2';
import { ec2 } from '../../aws/operations.js';
import type { Account } from '../../engine/account.js';
import { listAll } from '../calls/list-all.js';
import { NEUTRAL_TAG } from '../calls/names.js';
import { isWindowOf } from '../capture/upload-window.js';
import { groupNames } from '../contain/own-group.js';
import { isUploadRule, ruleOf } from '../contain/rules.js';
import type { Claims } from './claims.js';
import type { Judged } from './thing.js';

type Of = Pick<Judged, 'kind' | 'id'> & { readonly of?: string };
const judged = (thing: Of, standing: Judged['standing'], why: string): Judged => ({
  ...thing,
  role: 'suspect',
  standing,
  why,
});

interface OwnGroups {
  readonly quarantine: readonly SecurityGroup[];
  readonly conversion: readonly SecurityGroup[];
}

/** The groups that the journal says were made; by name they tell what they are for. */
async function ownGroups(account: Account, claims: Claims): Promise<OwnGroups> {
  const ids = [...claims.groups];
  if (ids.length === 0) return { quarantine: [], conversion: [] };
  const found = await listAll(account, ec2.DescribeSecurityGroups, {
    input: { Filters: [{ Name: 'group-id', Values: ids }] },
    items: (page) => page.SecurityGroups,
  });
  const named = (purpose: 'quarantine' | 'conversion') => {
    const names = groupNames(claims.incidentId, purpose);
    return found.filter(({ GroupName: name = '' }) => names.includes(name));
  };
  return { quarantine: named('quarantine'), conversion: named('conversion') };
}

function wearing(account: Account, groups: readonly SecurityGroup[]): Promise<readonly NetworkInterface[]> {
  if (groups.length === 0) return Promise.resolve([]);
  return listAll(account, ec2.DescribeNetworkInterfaces, {
    input: { Filters: [{ Name: 'group-id', Values: groups.flatMap(({ GroupId: id }) => id ?? []) }] },
    items: (page) => page.NetworkInterfaces,
  });
}

/** Interfaces that let everything through since a process died in the middle of cutting connections. */
async function exposures(account: Account, groups: OwnGroups, claims: Claims): Promise<readonly Judged[]> {
  return (await wearing(account, groups.conversion)).map((one) => {
    const { NetworkInterfaceId: id = '', VpcId: vpc, Attachment } = one;
    const of = groups.quarantine.find(({ VpcId }) => VpcId === vpc)?.GroupId;
    const thing: Of = { kind: 'exposure', id, ...(of === undefined ? {} : { of }) };
    if (Attachment?.InstanceId !== claims.suspect.instanceId)
      return judged(
        thing,
        'suspicious',
        'wears the group that lets everything through and is not the suspect’s',
      );
    if (of === undefined) return judged(thing, 'suspicious', 'stands open, and its quarantine group is gone');
    return judged(thing, 'left-over', 'the suspect’s interface stands open: it gets its quarantine back');
  });
}

async function windows(account: Account, groups: OwnGroups, claims: Claims): Promise<readonly Judged[]> {
  const ids = groups.quarantine.flatMap(({ GroupId: id }) => id ?? []);
  if (ids.length === 0) return [];
  const rules = await listAll(account, ec2.DescribeSecurityGroupRules, {
    input: { Filters: [{ Name: 'group-id', Values: ids }] },
    items: (page) => page.SecurityGroupRules,
  });
  const open = rules.filter((rule) => isUploadRule(ruleOf(rule)));
  return open.map((rule) => {
    const { SecurityGroupRuleId: id = '', GroupId: of = '' } = rule;
    const thing: Of = { kind: 'upload-window', id, of };
    return isWindowOf(ruleOf(rule), [...claims.intents.keys()])
      ? judged(thing, 'left-over', 'lets the suspect upload to S3, and no upload runs')
      : judged(thing, 'suspicious', 'lets the suspect out to S3, and no step of the incident made it');
  });
}

async function groupsLeft(account: Account, groups: OwnGroups, claims: Claims): Promise<readonly Judged[]> {
  const worn = new Set(
    (await wearing(account, groups.quarantine)).flatMap(({ Groups = [] }) =>
      Groups.map(({ GroupId: id }) => id),
    ),
  );
  const conversion = groups.conversion.map(({ GroupId: id = '' }) =>
    judged(
      { kind: 'security-group', id },
      'left-over',
      'lets everything through, and is needed for seconds only',
    ),
  );
  const quarantine = groups.quarantine.map(({ GroupId: id = '' }) => {
    const thing: Of = { kind: 'security-group', id };
    return claims.released && !worn.has(id)
      ? judged(thing, 'left-over', 'the suspect was released, and nothing wears it')
      : judged(thing, 'kept', 'contains the suspect until it is released');
  });
  return [...conversion, ...quarantine];
}

/** Copies under the transfer key: made to be copied once more, under the security account's own key. */
export async function intermediateCopies(account: Account, claims: Claims): Promise<readonly Judged[]> {
  const values = [...claims.intents.keys()].map((key) => `${key}/*`);
  if (values.length === 0) return [];
  const found = await listAll(account, ec2.DescribeSnapshots, {
    input: { OwnerIds: ['self'], Filters: [{ Name: `tag:${NEUTRAL_TAG}`, Values: values.slice(0, 200) }] },
    items: (page) => page.Snapshots,
  });
  return found.map(({ SnapshotId: id = '', Tags = [] }) => {
    const thing: Of = { kind: 'snapshot', id };
    const source = Tags.find(({ Key }) => Key === NEUTRAL_TAG)?.Value?.split('/')[1] ?? '';
    // Tags are the intruder's to write here: what the journal does not name is not deleted, whatever key it carries.
    if (!claims.copies.has(id))
      return judged(thing, 'suspicious', 'carries the key of a step, and no entry of the journal names it');
    return claims.inCustody.has(source)
      ? judged(thing, 'left-over', 'an intermediate copy, and the one for custody is made')
      : judged(thing, 'kept', 'an intermediate copy, and the one for custody is not made');
  });
}

/** What an incident may have left in the suspect account. There the intruder may write tags and rules. */
export async function suspectThings(account: Account, claims: Claims): Promise<readonly Judged[]> {
  const groups = await ownGroups(account, claims);
  const found = await Promise.all([
    exposures(account, groups, claims),
    windows(account, groups, claims),
    groupsLeft(account, groups, claims),
    intermediateCopies(account, claims),
  ]);
  return found.flat();
}

export const SUSPECT_READS: readonly string[] = [
  'ec2:DescribeSecurityGroups',
  'ec2:DescribeSecurityGroupRules',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSnapshots',
];
