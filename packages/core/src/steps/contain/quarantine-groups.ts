import type { SuspectContext } from '../../engine/context.js';
import type { Quarantine } from '../containment-facts.js';
import { correctRules, readRules } from './group-rules.js';
import { obtainOwnGroup } from './own-group.js';
import { quarantineRules, ruleOf, rulesSha256 } from './rules.js';
import type { SavedInterface } from './saved-network.js';
import { admitsSuspect, chooseSsmPath, ssmEndpoints } from './ssm-path.js';

export type QuarantineGroup = Quarantine['groups'][number];

export interface GroupOptions {
  readonly publicSsmCidrs?: readonly string[];
}

async function prepareGroup(
  ctx: SuspectContext,
  vpcId: string,
  options: GroupOptions,
): Promise<QuarantineGroup> {
  const [endpoints, group] = await Promise.all([
    ssmEndpoints(ctx, vpcId),
    obtainOwnGroup(ctx, { vpcId, purpose: 'quarantine' }),
  ]);
  const ssm = chooseSsmPath(endpoints, options.publicSsmCidrs ?? []);
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

/**
 * Whether the endpoints let the suspect in, now that it wears its group. Where they admit only the groups of their
 * neighbours, the way to SSM is not there, and nobody need wait for it.
 */
export async function checkAdmission(
  ctx: SuspectContext,
  group: QuarantineGroup,
  interfaces: readonly SavedInterface[],
): Promise<QuarantineGroup> {
  if (group.ssmVia !== 'endpoints') return group;
  const rules = (await readRules(ctx, group.ssmPeers)).map(ruleOf);
  const here = interfaces.filter(({ vpcId }) => vpcId === group.vpcId);
  const addresses = here.flatMap(({ privateAddresses, ipv6Addresses }) => [
    ...privateAddresses,
    ...ipv6Addresses,
  ]);
  if (admitsSuspect(rules, { addresses, groupId: group.groupId })) return group;
  ctx.notice(
    'SSM_NOT_ADMITTED',
    `the groups of the endpoints in ${group.vpcId} do not admit ${group.groupId}`,
  );
  return { ...group, ssmVia: 'none' };
}
