import type { SuspectContext } from '../../engine/context.js';
import type { Quarantine } from '../containment-facts.js';
import { correctRules, readRules } from './group-rules.js';
import { obtainOwnGroup } from './own-group.js';
import { type PreparedGroup, usePreparedGroup } from './prepared-group.js';
import { quarantineRules, ruleOf, rulesSha256 } from './rules.js';
import type { SavedInterface } from './saved-network.js';
import {
  admitsSuspect,
  chooseSsmPath,
  doubtfulEndpoints,
  type SsmChances,
  ssmEndpoints,
} from './ssm-path.js';

export type QuarantineGroup = Quarantine['groups'][number];

export interface GroupOptions {
  readonly publicSsmCidrs?: readonly string[];
  readonly prepared?: readonly PreparedGroup[];
}

/** How SSM lives on here; a policy of an endpoint that keeps it from that is told. */
function ssmPathOf(ctx: SuspectContext, chances: SsmChances) {
  const { refusing, unclear } = doubtfulEndpoints(chances);
  if (refusing.length > 0)
    ctx.notice('SSM_NOT_ADMITTED', `the policy of ${refusing.join(', ')} does not let SSM's agent through`);
  if (unclear.length > 0)
    ctx.notice(
      'ENDPOINT_POLICY_UNCLEAR',
      `the policy of ${unclear.join(', ')} has conditions: only a command that comes back proves that SSM lives`,
    );
  return chooseSsmPath(chances);
}

async function prepareGroup(
  ctx: SuspectContext,
  vpcId: string,
  options: GroupOptions,
): Promise<QuarantineGroup> {
  const ready = options.prepared?.find((one) => one.vpcId === vpcId);
  const { publicSsmCidrs: publicCidrs = [] } = options;
  const { id: account } = ctx.suspectAccount;
  const used =
    ready &&
    (await usePreparedGroup(ctx, ready, (endpoints) => ssmPathOf(ctx, { endpoints, account, publicCidrs })));
  return used ?? makeGroup(ctx, vpcId, options);
}

async function makeGroup(
  ctx: SuspectContext,
  vpcId: string,
  options: GroupOptions,
): Promise<QuarantineGroup> {
  const [endpoints, group] = await Promise.all([
    ssmEndpoints(ctx, vpcId),
    obtainOwnGroup(ctx, { vpcId, purpose: 'quarantine' }),
  ]);
  const { publicSsmCidrs: publicCidrs = [] } = options;
  const ssm = ssmPathOf(ctx, { endpoints, account: ctx.suspectAccount.id, publicCidrs });
  const rules = quarantineRules(ssm);
  await correctRules(ctx, { ...group, wanted: rules });
  const ssmPeers = rules.map(({ peer }) => peer);
  const { groupId } = group;
  return { vpcId, groupId, rulesSha256: rulesSha256(rules), ssmVia: ssm.via, ssmPeers };
}

/** Prepares each VPC's group once, however often it is asked for. */
export function quarantineGroups(ctx: SuspectContext, options: GroupOptions) {
  const made = new Map<string, Promise<QuarantineGroup>>();
  return {
    of(vpcId: string): Promise<QuarantineGroup> {
      const known = made.get(vpcId) ?? prepareGroup(ctx, vpcId, options);
      made.set(vpcId, known);
      return known;
    },
    all: () => Promise.all(made.values()),
  };
}

export type QuarantineGroups = ReturnType<typeof quarantineGroups>;

/** Where SSM is lost in any case, its way out is one that only the intruder could use. */
async function withoutSsm(ctx: SuspectContext, group: QuarantineGroup): Promise<QuarantineGroup> {
  ctx.notice(
    'SSM_NOT_ADMITTED',
    `the groups of the endpoints in ${group.vpcId} do not admit ${group.groupId}`,
  );
  if (group.prepared === true) return { ...group, ssmVia: 'none' };
  const have = await readRules(ctx, [group.groupId]);
  await correctRules(ctx, { groupId: group.groupId, have, wanted: [] });
  return { ...group, ssmVia: 'none', ssmPeers: [], rulesSha256: rulesSha256([]) };
}

/** Whether the endpoints' own groups let a suspect in that wears this one; without endpoints there is none to ask. */
export async function isAdmitted(
  ctx: SuspectContext,
  { groupId, vpcId, ssmVia, ssmPeers }: QuarantineGroup,
  interfaces: readonly SavedInterface[],
): Promise<boolean> {
  if (ssmVia !== 'endpoints') return true;
  const rules = (await readRules(ctx, ssmPeers)).map(ruleOf);
  const here = interfaces.filter((one) => one.vpcId === vpcId);
  const addresses = here.flatMap(({ privateAddresses, ipv6Addresses }) => [
    ...privateAddresses,
    ...ipv6Addresses,
  ]);
  return admitsSuspect(rules, { addresses, groupId });
}

/**
 * What the group is worth, now that the suspect wears it. Where the endpoints admit only the groups of their neighbours,
 * the way to SSM is not there, and nobody need wait for it.
 */
export async function checkAdmission(
  ctx: SuspectContext,
  group: QuarantineGroup,
  interfaces: readonly SavedInterface[],
): Promise<QuarantineGroup> {
  const admitted = await isAdmitted(ctx, group, interfaces);
  return admitted ? group : withoutSsm(ctx, group);
}
