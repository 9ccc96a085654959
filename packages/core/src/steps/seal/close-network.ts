import type { NetworkInterface, SecurityGroupRule } from '@aws-sdk/client-ec2';
import type { SuspectContext } from '../../engine/context.js';
import { StepFailure } from '../../engine/failure.js';
import { type Drift, observeDrift } from '../contain/drift.js';
import { correctRules, readRules } from '../contain/group-rules.js';
import { findOwnGroup, OWN_GROUP_ACTIONS, obtainOwnGroup } from '../contain/own-group.js';
import { isUploadRule, ruleOf, rulesSha256 } from '../contain/rules.js';
import { swapGroups } from '../contain/swap-groups.js';
import type { Containment } from '../containment-facts.js';
import { interfacesOf } from '../inspect/interfaces.js';

export const CLOSE_NETWORK_ACTIONS = [
  ...OWN_GROUP_ACTIONS,
  'ec2:DescribeNetworkInterfaces',
  'ec2:ModifyNetworkInterfaceAttribute',
];

interface Network {
  readonly interfaces: readonly NetworkInterface[];
  /** The quarantine group of each VPC that has one. */
  readonly groupOf: ReadonlyMap<string, string>;
  readonly rules: readonly SecurityGroupRule[];
}

type Prepared = Containment['quarantineGroups'][number];

/** The group that closes a VPC: this incident's own, or one that lay ready and has no rule at all. */
async function closingGroup(ctx: SuspectContext, vpcId: string, prepared: Prepared | undefined) {
  const own = await findOwnGroup(ctx, { vpcId, purpose: 'quarantine' });
  if (own !== undefined || prepared === undefined) return own;
  if (prepared.rulesSha256 === rulesSha256([])) return prepared.groupId;
  // It lets SSM out for everybody else in that VPC: this suspect gets a group that does not.
  return (await obtainOwnGroup(ctx, { vpcId, purpose: 'quarantine' })).groupId;
}

async function read(ctx: SuspectContext, contained: Containment | undefined): Promise<Network> {
  const interfaces = await interfacesOf(ctx.suspectAccount, ctx.incident.suspect.instanceId);
  const vpcs = [...new Set(interfaces.flatMap(({ VpcId: id }) => id ?? []))];
  const prepared = (contained?.quarantineGroups ?? []).filter((group) => group.prepared === true);
  const found = await Promise.all(
    vpcs.map(async (vpcId) => {
      const ready = prepared.find((group) => group.vpcId === vpcId);
      return [vpcId, await closingGroup(ctx, vpcId, ready)] as const;
    }),
  );
  const groupOf = new Map(found.flatMap(([vpcId, id]) => (id === undefined ? [] : [[vpcId, id] as const])));
  const groups = [...new Set([...groupOf.values(), ...prepared.map(({ groupId }) => groupId)])];
  return { interfaces, groupOf, rules: groups.length === 0 ? [] : await readRules(ctx, groups) };
}

/** As containment left them: in a group that lay ready, where it had one. */
function asContained(network: Network, contained: Containment | undefined): Network {
  const left = (contained?.quarantineGroups ?? []).map(({ vpcId, groupId }) => [vpcId, groupId] as const);
  return { ...network, groupOf: new Map([...network.groupOf, ...left]) };
}

function astray({ interfaces, groupOf }: Network) {
  return interfaces.flatMap(({ NetworkInterfaceId: interfaceId = '', VpcId: vpcId = '', Groups = [] }) => {
    const groupId = groupOf.get(vpcId);
    const right = Groups.length === 1 && Groups[0]?.GroupId === groupId;
    return right || groupId === undefined ? [] : [{ interfaceId, groupId }];
  });
}

function drift(network: Network, contained: Containment | undefined): readonly Drift[] {
  const refused = new Set(
    contained?.interfaces.filter((one) => !one.contained).map((one) => one.interfaceId),
  );
  const moved = astray(asContained(network, contained))
    .filter(({ interfaceId }) => !refused.has(interfaceId))
    .map(({ interfaceId: id }) => ({ entity: `interface:${id}`, what: `${id}: other groups` }));
  const edited = (contained?.quarantineGroups ?? []).filter(({ groupId, rulesSha256: asked }) => {
    const rules = network.rules.filter(({ GroupId }) => GroupId === groupId).map(ruleOf);
    return rulesSha256(rules.filter((rule) => !isUploadRule(rule))) !== asked;
  });
  return [
    ...moved,
    ...edited.map(({ groupId: id }) => ({ entity: `security-group:${id}`, what: `${id}: other rules` })),
  ];
}

/** @throws StepFailure `SEAL_NOT_VERIFIED`, retryable: EC2 may only show it late */
async function verify(
  ctx: SuspectContext,
  contained: Containment | undefined,
  refused: ReadonlySet<string>,
): Promise<void> {
  const network = await read(ctx, contained);
  const closing = new Set(network.groupOf.values());
  const open = astray(network).filter(({ interfaceId }) => !refused.has(interfaceId));
  const left = [
    ...network.rules
      .filter(({ GroupId: id = '' }) => closing.has(id))
      .map(({ SecurityGroupRuleId: id }) => id ?? 'a rule'),
    ...open.map(({ interfaceId }) => interfaceId),
  ];
  if (left.length > 0)
    throw StepFailure.retryable('SEAL_NOT_VERIFIED', `still open after the seal: ${left.join(', ')}`);
}

/**
 * Takes every rule out of the quarantine groups, SSM's and upload windows' too, puts every interface into its group, and
 * reads it back.
 *
 * @returns `open` where an interface lies in a VPC that has no quarantine group: the others are closed all the same
 */
export async function closeNetwork(
  ctx: SuspectContext,
  contained: Containment | undefined,
): Promise<'closed' | 'open'> {
  const network = await read(ctx, contained);
  const vpcs = new Set(network.interfaces.map(({ VpcId }) => VpcId));
  observeDrift(ctx, drift(network, contained), 'put-right');
  for (const groupId of network.groupOf.values())
    await correctRules(ctx, {
      groupId,
      have: network.rules.filter(({ GroupId }) => GroupId === groupId),
      wanted: [],
    });
  const ends = await swapGroups(ctx, astray(network));
  await verify(
    ctx,
    contained,
    new Set(ends.filter((end) => !end.contained).map(({ interfaceId }) => interfaceId)),
  );
  return vpcs.size > network.groupOf.size ? 'open' : 'closed';
}
