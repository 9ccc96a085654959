import type { SuspectContext } from '../../engine/context.js';
import { finding, suspect } from '../../engine/finding.js';
import { defineStep } from '../../engine/step.js';
import { type Quarantine, quarantine } from '../containment-facts.js';
import { interfacesOf } from '../inspect/interfaces.js';
import { ADDRESS_ACTIONS, removePublicAddresses } from './addresses.js';
import { correctRules } from './group-rules.js';
import { OWN_GROUP_ACTIONS, obtainOwnGroup } from './own-group.js';
import { RESTORE_ACTIONS, restoreNetwork } from './restore-network.js';
import { quarantineRules, rulesSha256 } from './rules.js';
import {
  type SavedInterface,
  type SavedNetwork,
  SavedNetworkSchema,
  saveInterface,
} from './saved-network.js';
import { chooseSsmPath, ssmEndpoints } from './ssm-path.js';
import { type SwapEnd, swapGroups } from './swap-groups.js';

export interface IsolateOptions {
  /**
   * CIDRs of the region's public SSM addresses, for VPCs without endpoints. What listens there besides SSM is a way
   * out, so it is a residual risk. Default: none, and SSM is lost where a VPC has no endpoints.
   */
  readonly publicSsmCidrs?: readonly string[];
}

type Group = Quarantine['groups'][number];
type Rounds = Quarantine['interfaces'];

const ACTIONS = [
  ...new Set([
    ...OWN_GROUP_ACTIONS,
    ...ADDRESS_ACTIONS,
    ...RESTORE_ACTIONS,
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeVpcEndpoints',
  ]),
];

/** An intruder with the role may attach interfaces as fast as we swap them; the role is denied meanwhile. */
const ROUNDS = 3;

async function prepareGroup(ctx: SuspectContext, vpcId: string, options: IsolateOptions): Promise<Group> {
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
function groupsOf(ctx: SuspectContext, options: IsolateOptions) {
  const made = new Map<string, Promise<Group>>();
  return {
    of(vpcId: string): Promise<Group> {
      const known = made.get(vpcId) ?? prepareGroup(ctx, vpcId, options);
      made.set(vpcId, known);
      return known;
    },
    all: () => Promise.all(made.values()),
  };
}

type Place = Pick<SavedInterface, 'interfaceId' | 'vpcId' | 'subnetId'>;

async function swapRound(
  ctx: SuspectContext,
  groups: ReturnType<typeof groupsOf>,
  places: readonly Place[],
): Promise<Rounds> {
  const swaps = places.map(async ({ interfaceId, vpcId }) => ({
    interfaceId,
    groupId: (await groups.of(vpcId)).groupId,
  }));
  const ends = new Map<string, SwapEnd>();
  for (const end of await swapGroups(ctx, await Promise.all(swaps))) ends.set(end.interfaceId, end);
  return places.flatMap((place) => {
    const end = ends.get(place.interfaceId);
    const { vpcId, subnetId } = place;
    return end === undefined ? [] : [{ vpcId, subnetId, ...end }];
  });
}

/** Swaps what is there, looks again, and swaps what has come since. */
async function swapAll(
  ctx: SuspectContext,
  groups: ReturnType<typeof groupsOf>,
  known: readonly Place[],
): Promise<Rounds> {
  const done = await swapRound(ctx, groups, known);
  for (let round = 1; round < ROUNDS; round += 1) {
    const seen = new Set(done.map(({ interfaceId }) => interfaceId));
    const listed = await interfacesOf(ctx.suspectAccount, ctx.incident.suspect.instanceId);
    const fresh = listed.map(saveInterface).filter(({ interfaceId }) => !seen.has(interfaceId));
    if (fresh.length === 0) break;
    ctx.notice(
      'INTERFACE_CAME',
      `attached meanwhile: ${fresh.map(({ interfaceId }) => interfaceId).join(', ')}`,
    );
    done.push(...(await swapRound(ctx, groups, fresh)));
  }
  return done;
}

function risksOf(groups: readonly Group[], interfaces: Rounds): Quarantine['residualRisks'] {
  const open = interfaces
    .filter(({ contained }) => !contained)
    .map(({ interfaceId, reason }) => ({
      path: 'interface',
      detail: `${interfaceId} keeps its groups: ${reason ?? 'unknown'}`,
    }));
  const viaPublic = groups
    .filter(({ ssmVia }) => ssmVia === 'public')
    .map(({ groupId }) => ({
      path: 'public-ssm',
      detail: `${groupId} lets TCP 443 out to the public SSM addresses that were configured`,
    }));
  return [...open, ...viaPublic];
}

async function save(ctx: SuspectContext): Promise<SavedNetwork> {
  const found = await interfacesOf(ctx.suspectAccount, ctx.incident.suspect.instanceId);
  return { interfaces: found.map(saveInterface) };
}

async function contain(
  ctx: SuspectContext,
  saved: SavedNetwork,
  options: IsolateOptions,
): Promise<Quarantine> {
  const removal = removePublicAddresses(ctx, saved.interfaces);
  const groups = groupsOf(ctx, options);
  const interfaces = await swapAll(ctx, groups, saved.interfaces);
  const { removed, residualRisks } = await removal;
  const made = await groups.all();
  return {
    groups: made,
    interfaces,
    addressesRemoved: [...removed],
    residualRisks: [...risksOf(made, interfaces), ...residualRisks],
  };
}

/**
 * Puts every interface of the suspect into a quarantine group that lets nothing in and only SSM out, and takes its
 * public addresses away. At most six round trips, one after the other, until a one-interface instance is quarantined.
 *
 * Connections that exist already may live on: `cutConnections` and `verifyContainment` look at those.
 */
export function isolate(options: IsolateOptions = {}) {
  return defineStep({
    id: 'contain.isolate',
    title: 'Puts every interface into a quarantine group and takes public addresses away',
    phase: 'contain',
    needs: [finding, suspect],
    provides: [quarantine],
    actions: { suspect: ACTIONS },
    effect: {
      summary: 'The instance loses its network, except to SSM; open connections may live on for a while.',
      reversible: 'partly',
      manual: [
        'aws ec2 create-security-group --group-name baseline --description baseline --vpc-id VPC',
        'aws ec2 revoke-security-group-egress --group-id GROUP --protocol all --cidr 0.0.0.0/0',
        'aws ec2 modify-network-interface-attribute --network-interface-id ENI --groups GROUP',
        'aws ec2 disassociate-address --association-id EIPASSOC',
      ],
    },
    saves: SavedNetworkSchema,
    before: save,
    async start(ctx) {
      return ctx.done({ quarantine: await contain(ctx, ctx.before, options) });
    },
    undo: restoreNetwork,
  });
}
