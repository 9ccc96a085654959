import type { SecurityGroup } from '@aws-sdk/client-ec2';
import { ec2 } from '../../aws/operations.js';
import type { BaseContext, SuspectContext } from '../../engine/context.js';
import { StepFailure } from '../../engine/failure.js';
import { eventually } from '../calls/eventually.js';
import { isCode } from '../calls/failures.js';
import { listAll } from '../calls/list-all.js';
import { NEUTRAL_TAG, neutralName } from '../calls/names.js';
import { correctRules, GROUP_RULE_ACTIONS, readRules } from './group-rules.js';
import type { GroupRule } from './rules.js';

export const OWN_GROUP_ACTIONS = [
  ...GROUP_RULE_ACTIONS,
  'ec2:DescribeSecurityGroups',
  'ec2:CreateSecurityGroup',
  'ec2:CreateTags',
];

/** What a group of ours is for; its name is made of it. */
export type GroupPurpose = 'quarantine' | 'conversion';

export interface GroupWish {
  readonly vpcId: string;
  readonly purpose: GroupPurpose;
}

/** Somebody may sit on the name: then the next one is taken. */
const NAMES = 3;

export function groupNames(incidentId: string, purpose: GroupPurpose): readonly string[] {
  const name = neutralName(incidentId, purpose);
  return Array.from({ length: NAMES }, (_, index) => (index === 0 ? name : `${name}-${index + 1}`));
}

function tagOf(incidentId: string, purpose: GroupPurpose): string {
  return neutralName(incidentId, `tag of ${purpose}`);
}

/** By the journal, or, when the answer to its creation was lost, by owner and tag. A name alone proves nothing. */
function isOurs(ctx: BaseContext, group: SecurityGroup, purpose: GroupPurpose): boolean {
  const { GroupId: id = '', OwnerId: owner, Tags: tags = [] } = group;
  const made = ctx.incident
    .changes()
    .some(
      ({ operation, resources, outcome }) =>
        operation === 'ec2:CreateSecurityGroup' && outcome === 'ok' && resources.includes(id),
    );
  if (made) return true;
  const tag = tags.find(({ Key }) => Key === NEUTRAL_TAG)?.Value;
  return owner === ctx.suspectAccount.id && tag === tagOf(ctx.incident.id, purpose);
}

interface Namesakes {
  readonly ours: SecurityGroup | undefined;
  readonly taken: ReadonlySet<string>;
}

async function namesakes(ctx: BaseContext, { vpcId, purpose }: GroupWish): Promise<Namesakes> {
  const groups = await listAll(ctx.suspectAccount, ec2.DescribeSecurityGroups, {
    input: {
      Filters: [
        { Name: 'vpc-id', Values: [vpcId] },
        { Name: 'group-name', Values: [...groupNames(ctx.incident.id, purpose)] },
      ],
    },
    items: (page) => page.SecurityGroups,
  });
  const ours = groups.find((group) => isOurs(ctx, group, purpose));
  return { ours, taken: new Set(groups.flatMap(({ GroupName: name }) => name ?? [])) };
}

/** This incident's group in that VPC, when there is one. */
export async function findOwnGroup(ctx: BaseContext, wish: GroupWish): Promise<string | undefined> {
  return (await namesakes(ctx, wish)).ours?.GroupId;
}

async function create(ctx: SuspectContext, wish: GroupWish, name: string): Promise<string> {
  const { vpcId, purpose } = wish;
  const made = await ctx.suspectAccount.call(ec2.CreateSecurityGroup, {
    GroupName: name,
    Description: 'Managed network baseline',
    VpcId: vpcId,
    TagSpecifications: [
      {
        ResourceType: 'security-group',
        Tags: [{ Key: NEUTRAL_TAG, Value: tagOf(ctx.incident.id, purpose) }],
      },
    ],
  });
  if (made.GroupId === undefined)
    throw StepFailure.ambiguous('NO_GROUP_ID', 'ec2:CreateSecurityGroup gave no group id');
  return made.GroupId;
}

/** The name is taken although the list did not show it: an earlier attempt's, a moment ago, or a stranger's. */
async function lookAgain(ctx: SuspectContext, wish: GroupWish, refused: unknown): Promise<string> {
  return eventually(ctx, { codes: ['InvalidGroup.Duplicate'], within: { seconds: 20 } }, async () => {
    const { ours } = await namesakes(ctx, wish);
    if (ours?.GroupId === undefined) throw refused;
    return ours.GroupId;
  });
}

async function findOrCreate(ctx: SuspectContext, wish: GroupWish) {
  const { ours, taken } = await namesakes(ctx, wish);
  if (ours?.GroupId !== undefined) return { groupId: ours.GroupId, created: false };
  const name = groupNames(ctx.incident.id, wish.purpose).find((one) => !taken.has(one));
  if (name === undefined)
    throw StepFailure.permanent('NAMES_TAKEN', `strangers hold all names of our groups in ${wish.vpcId}`);
  try {
    return { groupId: await create(ctx, wish, name), created: true };
  } catch (error) {
    if (!isCode(error, 'InvalidGroup.Duplicate')) throw error;
    return { groupId: await lookAgain(ctx, wish, error), created: false };
  }
}

/** A new group lets everything out (IPv4, perhaps IPv6): until EC2 shows that rule, there is nothing to revoke. */
async function rulesOfNew(ctx: SuspectContext, groupId: string) {
  const codes = ['NOT_VISIBLE', 'InvalidGroup.NotFound', 'InvalidGroupId.NotFound'];
  return eventually(ctx, { codes, within: { seconds: 20 } }, async () => {
    const rules = await readRules(ctx, [groupId]);
    if (rules.length === 0)
      throw StepFailure.retryable('NOT_VISIBLE', `EC2 does not show the rules of ${groupId} yet`);
    return rules;
  });
}

/** This incident's group in that VPC, made when it is not there, and the rules that it has. Safe to call again. */
export async function obtainOwnGroup(ctx: SuspectContext, wish: GroupWish) {
  const { groupId, created } = await findOrCreate(ctx, wish);
  const have = created ? await rulesOfNew(ctx, groupId) : await readRules(ctx, [groupId]);
  return { groupId, have };
}

/**
 * This incident's group in that VPC, with exactly these rules. Safe to call again: it is found by name and VPC, trusted by
 * id, and corrected where its rules differ.
 */
export async function ensureOwnGroup(
  ctx: SuspectContext,
  wish: GroupWish,
  rules: readonly GroupRule[],
): Promise<string> {
  const group = await obtainOwnGroup(ctx, wish);
  await correctRules(ctx, { ...group, wanted: rules });
  return group.groupId;
}
