import type { ContextEntry } from '@aws-sdk/client-iam';
import type { AccountRole } from '../../engine/environment.js';
import { INCIDENT_TAG, KEY_TAG, LIFETIME_TAG, NEUTRAL_PREFIX, NEUTRAL_TAG } from '../tag-names.js';

const KEY = '0'.repeat(32);
/** Has the form of the names that Cordon gives to what it makes in the suspect account. */
export const SOME_NAME = `${NEUTRAL_PREFIX}${'0'.repeat(12)}`;

type Tags = Readonly<Record<string, string>>;

/** The tags that a run would give to what this action makes, or would find on what it changes. */
export function tagsInRun(role: AccountRole, action: string): Tags {
  if (role === 'security') {
    const kept = /:(?:Copy|Lock)Snapshot$/.test(action);
    const lifetime = kept ? 'custody' : 'examination';
    return { [INCIDENT_TAG]: 'inc-rehearsal', [KEY_TAG]: KEY, [LIFETIME_TAG]: lifetime };
  }
  if (/SecurityGroup|NetworkAcl/.test(action)) return { [NEUTRAL_TAG]: SOME_NAME };
  return { [NEUTRAL_TAG]: action === 'ec2:DeleteSnapshot' ? `${KEY}/snap-0` : KEY };
}

/** The same, as a dry run brings them along. */
export function tagSpecification<const Type extends string>(type: Type, tags: Tags) {
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  return { TagSpecifications: [{ ResourceType: type, Tags }] };
}

export interface Around {
  readonly role: AccountRole;
  readonly suspectAccount: string;
  readonly securityAccount: string;
  readonly partition: string;
}

/** What policies may ask about the calls of a run: without it the simulator would take every condition for a no. */
export function contextInRun(action: string, around: Around): readonly ContextEntry[] {
  const { role, suspectAccount, securityAccount, partition } = around;
  const tags = Object.entries(tagsInRun(role, action)).flatMap(([key, value]) =>
    ['aws:ResourceTag', 'aws:RequestTag', 'ssm:resourceTag'].map((by) => [`${by}/${key}`, value] as const),
  );
  const others = {
    'ec2:CreateAction': role === 'suspect' ? 'CreateSnapshots' : 'CreateVolume',
    'ec2:Add/userId': securityAccount,
    'ec2:MetadataHttpTokens': 'required',
    'iam:PolicyARN': `arn:${partition}:iam::${suspectAccount}:policy/${SOME_NAME}`,
    'iam:PassedToService': 'ec2.amazonaws.com',
  };
  return [...tags, ...Object.entries(others)].map(([ContextKeyName, value]) => ({
    ContextKeyName,
    ContextKeyType: 'string',
    ContextKeyValues: [value],
  }));
}

/** ARNs of things that a run would make, and of what it would find beside the suspect. */
export function thingsInRun({ role, partition, ...accounts }: Around, region: string): readonly string[] {
  const account = role === 'suspect' ? accounts.suspectAccount : accounts.securityAccount;
  const of = (service: string, path: string) => `arn:${partition}:${service}:${region}:${account}:${path}`;
  const kinds = [
    'instance/i-0',
    'volume/vol-0',
    'security-group/sg-0',
    'network-acl/acl-0',
    'elastic-ip/eipalloc-0',
  ];
  return [
    ...kinds.map((path) => of('ec2', path)),
    `arn:${partition}:ec2:${region}::snapshot/snap-0`,
    `arn:${partition}:iam::${account}:policy/${SOME_NAME}`,
    of('ssm', 'session/rehearsal-0'),
    of('autoscaling', 'autoScalingGroup:0:autoScalingGroupName/0'),
    of('elasticloadbalancing', 'targetgroup/0/0'),
  ];
}
