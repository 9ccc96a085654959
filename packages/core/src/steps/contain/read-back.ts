import type { NetworkInterface } from '@aws-sdk/client-ec2';
import type { SuspectContext } from '../../engine/context.js';
import { StepFailure } from '../../engine/failure.js';
import type { Containment, Quarantine, ResidualRisk, RoleDenial } from '../containment-facts.js';
import { interfacesOf } from '../inspect/interfaces.js';
import { DENIAL_READS, denialStands } from './denial-stands.js';
import { putDenial } from './deny-role.js';
import type { Drift } from './drift.js';
import { correctRules, GROUP_RULE_ACTIONS, readRules } from './group-rules.js';
import { MANAGED_DENIAL_ACTIONS } from './managed-denial.js';
import { isUploadRule, quarantineRules, ruleDifference, ruleOf, type SsmPath } from './rules.js';
import { swapGroups } from './swap-groups.js';

export const READ_BACK_ACTIONS = [
  ...new Set([
    ...GROUP_RULE_ACTIONS,
    'ec2:DescribeNetworkInterfaces',
    'ec2:ModifyNetworkInterfaceAttribute',
    'iam:PutRolePolicy',
    ...DENIAL_READS,
    ...MANAGED_DENIAL_ACTIONS,
  ]),
];

/** How often what has drifted is put right before somebody has to look. */
const REPAIRS = 3;

export interface ReadBack {
  readonly interfaces: Containment['interfaces'];
  readonly interfacesNow: readonly NetworkInterface[];
  /** What differed from what was asked for and was put right. */
  readonly drift: readonly Drift[];
}

function ssmPathOf({ ssmVia: via, ssmPeers, prepared }: Quarantine['groups'][number]): SsmPath {
  // A prepared group has the rules that it was prepared with, whether SSM lives by them or not.
  if (prepared === true) return { via: 'endpoints', groups: ssmPeers };
  if (via === 'endpoints') return { via, groups: ssmPeers };
  return via === 'public' ? { via, cidrs: ssmPeers } : { via };
}

/** Rules of one group that are not as they were asked for; upload windows are opened on purpose. */
async function repairRules(
  ctx: SuspectContext,
  group: Quarantine['groups'][number],
): Promise<readonly Drift[]> {
  const have = (await readRules(ctx, [group.groupId])).filter((rule) => !isUploadRule(ruleOf(rule)));
  const wanted = quarantineRules(ssmPathOf(group));
  const { missing, extra } = ruleDifference(wanted, have);
  if (missing.length + extra.length === 0) return [];
  await correctRules(ctx, { groupId: group.groupId, have, wanted });
  const { groupId } = group;
  const what = `${groupId}: ${extra.length} rules too many, ${missing.length} missing`;
  return [{ entity: `security-group:${groupId}`, what }];
}

const groupIdsOf = ({ Groups = [] }: NetworkInterface) => Groups.flatMap(({ GroupId: id }) => id ?? []);

function wearsOnly(found: NetworkInterface, groupId: string): boolean {
  const ids = groupIdsOf(found);
  return ids.length === 1 && ids[0] === groupId;
}

interface Wearing {
  readonly found: readonly NetworkInterface[];
  readonly interfaces: Containment['interfaces'];
  readonly drift: readonly Drift[];
}

async function repairInterfaces(ctx: SuspectContext, made: Quarantine): Promise<Wearing> {
  const found = await interfacesOf(ctx.suspectAccount, ctx.incident.suspect.instanceId);
  const groupOf = new Map(made.groups.map(({ vpcId, groupId }) => [vpcId, groupId]));
  const refused = new Map(
    made.interfaces.filter((one) => !one.contained).map((one) => [one.interfaceId, one]),
  );
  const interfaces: Containment['interfaces'] = [];
  const astray: { readonly interfaceId: string; readonly groupId: string }[] = [];
  for (const one of found) {
    const { NetworkInterfaceId: interfaceId = '', VpcId: vpcId = '' } = one;
    const groupId = groupOf.get(vpcId);
    const contained = groupId !== undefined && wearsOnly(one, groupId);
    const reason = contained ? undefined : (refused.get(interfaceId)?.reason ?? 'not in quarantine');
    interfaces.push({ interfaceId, contained, ...(reason === undefined ? {} : { reason }) });
    if (!contained && groupId !== undefined && !refused.has(interfaceId))
      astray.push({ interfaceId, groupId });
  }
  await swapGroups(ctx, astray);
  return {
    found,
    interfaces,
    drift: astray.map(({ interfaceId: id }) => ({ entity: `interface:${id}`, what: `${id}: other groups` })),
  };
}

/**
 * Reads back what EC2 has: every interface, every rule. What differs is put right and read again.
 *
 * @throws StepFailure `CONTAINMENT_NOT_VERIFIED` when it differs again and again
 */
export async function readBack(ctx: SuspectContext, made: Quarantine): Promise<ReadBack> {
  const drift: Drift[] = [];
  for (let repair = 0; repair <= REPAIRS; repair += 1) {
    const [wearing, ...rules] = await Promise.all([
      repairInterfaces(ctx, made),
      ...made.groups.map((group) => repairRules(ctx, group)),
    ]);
    const differs = [...wearing.drift, ...rules.flat()];
    if (differs.length === 0) return { interfaces: wearing.interfaces, interfacesNow: wearing.found, drift };
    drift.push(...differs);
    // EC2 shows a change late, too: give it a moment before calling it drift again.
    await ctx.sleep({ seconds: 2 });
  }
  throw StepFailure.permanent(
    'CONTAINMENT_NOT_VERIFIED',
    `what was read back differs from what was set, ${REPAIRS} times: ${[...new Set(drift.map(({ what }) => what))].join('; ')}`,
  );
}

/** Reads the role's denial back; writes it again when it is gone or another. */
export async function readBackDenial(
  ctx: SuspectContext,
  denial: RoleDenial | undefined,
): Promise<readonly ResidualRisk[]> {
  if (denial === undefined)
    return [{ path: 'role-session', detail: "the role was not denied: the instance's credentials work" }];
  const { roleName, policyName, policyArn, residualRisks } = denial;
  if (roleName === undefined || policyName === undefined) return residualRisks;
  if (await denialStands(ctx, { roleName, policyArn }, 'all-but-agent')) return residualRisks;
  ctx.notice('ROLE_DENIAL_REPEATED', `the policy of ${roleName} was not shown as written: written again`);
  const end = await putDenial(ctx, { roleName, extent: 'all-but-agent' });
  return end.denied ? residualRisks : [...residualRisks, end.risk];
}
