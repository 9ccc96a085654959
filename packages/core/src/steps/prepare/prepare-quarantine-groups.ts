import type { SecurityGroup } from '@aws-sdk/client-ec2';
import { ec2 } from '../../aws/operations.js';
import type { Account } from '../../engine/account.js';
import type { Clock } from '../../engine/clock.js';
import type { BaseContext } from '../../engine/context.js';
import { milliseconds } from '../../engine/duration.js';
import { StepFailure } from '../../engine/failure.js';
import { eventually } from '../calls/eventually.js';
import { asFailure } from '../calls/failures.js';
import { listAll } from '../calls/list-all.js';
import { correctRules, GROUP_RULE_ACTIONS, readRules } from '../contain/group-rules.js';
import type { PreparedGroup } from '../contain/prepared-group.js';
import { quarantineRules, rulesSha256 } from '../contain/rules.js';
import { chooseSsmPath, ssmEndpoints } from '../contain/ssm-path.js';

/** IAM actions in the account whose VPCs get a group. */
export const PREPARE_GROUPS_ACTIONS = [
  'ec2:DescribeVpcs',
  'ec2:DescribeVpcEndpoints',
  'ec2:DescribeSecurityGroups',
  'ec2:CreateSecurityGroup',
  'ec2:CreateTags',
  ...GROUP_RULE_ACTIONS,
] as const;

/** What the groups are called and tagged: whoever reads it learns nothing of what they are for. */
export const PREPARED_GROUP_NAME = 'managed-baseline';
export const PREPARED_GROUP_TAG = { Key: 'managed-by', Value: 'network-baseline' } as const;

export interface PrepareOptions {
  /** A session with the account, in the region whose VPCs are prepared. */
  readonly account: Account;
  readonly clock: Clock;
  /** As for `isolate`: its way to SSM where a VPC has no endpoints. Default: none. */
  readonly publicSsmCidrs?: readonly string[];
}

/** What one run has come to. A VPC that cannot be prepared keeps none of the others from it. */
export interface PreparedVpcs {
  readonly groups: readonly PreparedGroup[];
  readonly troubles: readonly { readonly vpcId: string; readonly code: string; readonly message: string }[];
}

type Context = Pick<BaseContext, 'suspectAccount' | 'sleep' | 'signal' | 'now'>;

function contextOf({ account, clock }: PrepareOptions): Context {
  const now = () => clock.now();
  return {
    suspectAccount: account,
    now,
    sleep: (duration) => clock.sleepUntil(new Date(now().getTime() + milliseconds(duration))),
    signal: new AbortController().signal,
  };
}

/** Made by us: a name alone is anybody's to take. */
function isOurs({ Tags = [] }: SecurityGroup): boolean {
  const { Key, Value } = PREPARED_GROUP_TAG;
  return Tags.some((tag) => tag.Key === Key && tag.Value === Value);
}

async function find({ suspectAccount }: Context, vpcId: string): Promise<string | undefined> {
  const [found] = await listAll(suspectAccount, ec2.DescribeSecurityGroups, {
    input: {
      Filters: [
        { Name: 'vpc-id', Values: [vpcId] },
        { Name: 'group-name', Values: [PREPARED_GROUP_NAME] },
      ],
    },
    items: (page) => page.SecurityGroups,
  });
  if (found === undefined) return undefined;
  if (isOurs(found)) return found.GroupId;
  throw StepFailure.permanent(
    'NAME_TAKEN',
    `${found.GroupId} is called ${PREPARED_GROUP_NAME} and is not ours`,
  );
}

/** One that was made a moment ago lets everything out until EC2 shows that rule and it can be revoked. */
async function create(ctx: Context, vpcId: string): Promise<string> {
  const { GroupId: groupId } = await ctx.suspectAccount.call(ec2.CreateSecurityGroup, {
    GroupName: PREPARED_GROUP_NAME,
    Description: 'Managed network baseline',
    VpcId: vpcId,
    TagSpecifications: [{ ResourceType: 'security-group', Tags: [PREPARED_GROUP_TAG] }],
  });
  if (groupId === undefined)
    throw StepFailure.ambiguous('NO_GROUP_ID', 'ec2:CreateSecurityGroup gave no group id');
  await eventually(ctx, { codes: ['NOT_VISIBLE'], within: { seconds: 20 } }, async () => {
    const rules = await readRules(ctx, [groupId]);
    if (rules.length === 0)
      throw StepFailure.retryable('NOT_VISIBLE', `EC2 does not show the rules of ${groupId}`);
  });
  return groupId;
}

async function prepare(ctx: Context, vpcId: string, publicCidrs: readonly string[]): Promise<PreparedGroup> {
  const endpoints = await ssmEndpoints(ctx, vpcId);
  const wanted = quarantineRules(chooseSsmPath({ endpoints, account: ctx.suspectAccount.id, publicCidrs }));
  const groupId = (await find(ctx, vpcId)) ?? (await create(ctx, vpcId));
  await correctRules(ctx, { groupId, wanted, have: await readRules(ctx, [groupId]) });
  return { vpcId, groupId, rulesSha256: rulesSha256(wanted) };
}

/**
 * Gives every VPC of an account's region a quarantine group: nothing in, and out only what SSM's agent needs there. Safe to
 * call again, and wanted again where VPCs or endpoints have changed: what somebody has altered is put right.
 *
 * @example
 * const { groups } = await prepareQuarantineGroups({ account, clock });
 * await keepPreparedGroups(securityAccount, { bucket }, { account: account.id, region: account.region, groups });
 * // and in the pipeline: .use(isolate({ prepared: { bucket } }))
 */
export async function prepareQuarantineGroups(options: PrepareOptions): Promise<PreparedVpcs> {
  const { account, publicSsmCidrs = [] } = options;
  const ctx = contextOf(options);
  const vpcs = await listAll(account, ec2.DescribeVpcs, { input: {}, items: (page) => page.Vpcs });
  const groups: PreparedGroup[] = [];
  const troubles: PreparedVpcs['troubles'][number][] = [];
  // One after the other: nobody waits for it, and the account's own people call, too.
  for (const { VpcId: vpcId = '' } of vpcs)
    try {
      groups.push(await prepare(ctx, vpcId, publicSsmCidrs));
    } catch (error) {
      const { code, message } = asFailure(error);
      troubles.push({ vpcId, code, message });
    }
  return { groups, troubles };
}
