import type { SecurityGroupRule } from '@aws-sdk/client-ec2';
import { ec2 } from '../../aws/operations.js';
import type { BaseContext } from '../../engine/context.js';
import { allThenThrow, unless } from '../calls/failures.js';
import { listAll } from '../calls/list-all.js';
import { setAgain } from '../calls/set-again.js';
import { type GroupRule, permissionOf, ruleDifference } from './rules.js';

export const GROUP_RULE_ACTIONS = [
  'ec2:DescribeSecurityGroupRules',
  'ec2:RevokeSecurityGroupEgress',
  'ec2:RevokeSecurityGroupIngress',
  'ec2:AuthorizeSecurityGroupEgress',
  'ec2:AuthorizeSecurityGroupIngress',
];

/** What changing a group takes: an incident's step has it, and who prepares groups beforehand. */
export type GroupContext = Pick<BaseContext, 'suspectAccount' | 'sleep' | 'signal'>;

type Context = GroupContext;

/** Every rule of these groups. */
export function readRules(
  ctx: Pick<GroupContext, 'suspectAccount'>,
  groupIds: readonly string[],
): Promise<readonly SecurityGroupRule[]> {
  return listAll(ctx.suspectAccount, ec2.DescribeSecurityGroupRules, {
    input: { Filters: [{ Name: 'group-id', Values: [...groupIds] }] },
    items: (page) => page.SecurityGroupRules,
  });
}

async function revoke(ctx: Context, groupId: string, rules: readonly SecurityGroupRule[]): Promise<void> {
  const ids = rules.flatMap(({ SecurityGroupRuleId: id }) => id ?? []);
  if (ids.length === 0) return;
  const input = { GroupId: groupId, SecurityGroupRuleIds: ids };
  const account = ctx.suspectAccount;
  // Gone already: this is what was wanted.
  await unless(['InvalidPermission.NotFound', 'InvalidSecurityGroupRuleId.NotFound'], () =>
    setAgain(ctx, async () => {
      if (rules[0]?.IsEgress === true) await account.call(ec2.RevokeSecurityGroupEgress, input);
      else await account.call(ec2.RevokeSecurityGroupIngress, input);
    }),
  );
}

async function authorize(ctx: Context, groupId: string, rules: readonly GroupRule[]): Promise<void> {
  if (rules.length === 0) return;
  const input = { GroupId: groupId, IpPermissions: rules.map(permissionOf) };
  const account = ctx.suspectAccount;
  await unless(['InvalidPermission.Duplicate'], () =>
    setAgain(ctx, async () => {
      if (rules[0]?.direction === 'egress') await account.call(ec2.AuthorizeSecurityGroupEgress, input);
      else await account.call(ec2.AuthorizeSecurityGroupIngress, input);
    }),
  );
}

export interface RuleCorrection {
  readonly groupId: string;
  readonly have: readonly SecurityGroupRule[];
  readonly wanted: readonly GroupRule[];
}

/** Gives the group exactly these rules: at most one call per direction and kind, all at once. */
export async function correctRules(ctx: Context, correction: RuleCorrection): Promise<void> {
  const { groupId, have, wanted } = correction;
  const { missing, extra } = ruleDifference(wanted, have);
  const directed = <T>(rules: readonly T[], egress: (rule: T) => boolean) =>
    [rules.filter(egress), rules.filter((rule) => !egress(rule))] as const;
  const [extraOut, extraIn] = directed(extra, ({ IsEgress }) => IsEgress === true);
  const [missingOut, missingIn] = directed(missing, ({ direction }) => direction === 'egress');
  await allThenThrow([
    () => revoke(ctx, groupId, extraOut),
    () => revoke(ctx, groupId, extraIn),
    () => authorize(ctx, groupId, missingOut),
    () => authorize(ctx, groupId, missingIn),
  ]);
}
