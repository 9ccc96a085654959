import type { SuspectContext } from '../../engine/context.js';
import { finding, suspect } from '../../engine/finding.js';
import { defineStep } from '../../engine/step.js';
import { type Quarantine, quarantine } from '../containment-facts.js';
import { interfacesOf } from '../inspect/interfaces.js';
import { ADDRESS_ACTIONS, removePublicAddresses } from './addresses.js';
import { SHORTEST_IDLE_TIMEOUT, setIdleTimeout } from './idle-timeout.js';
import { OWN_GROUP_ACTIONS } from './own-group.js';
import { ownInstead, type Worn } from './own-instead.js';
import type { PreparedGroup } from './prepared-group.js';
import {
  PREPARED_GROUPS_ACTIONS,
  type PreparedGroupsPlace,
  readPreparedGroups,
} from './prepared-groups-place.js';
import { checkAdmission, type QuarantineGroup, quarantineGroups } from './quarantine-groups.js';
import { RESTORE_ACTIONS, restoreNetwork } from './restore-network.js';
import { type SavedNetwork, SavedNetworkSchema, saveInterface } from './saved-network.js';
import { swapAll } from './swap-rounds.js';

export interface IsolateOptions {
  /**
   * CIDRs of the region's public SSM addresses, for VPCs without endpoints. What listens there besides SSM is a way
   * out, so it is a residual risk. Default: none, and SSM is lost where a VPC has no endpoints.
   */
  readonly publicSsmCidrs?: readonly string[];
  /**
   * Quarantine groups that lie ready, one for each VPC, or where `keepPreparedGroups` has written them: they cut the
   * suspect off three round trips sooner. Each is trusted only by its id and the fingerprint of its rules, as given here;
   * where it is not what it should be, a group is made at once. A group of the incident's own takes its place then,
   * because nobody opens a way to S3 in what others wear; where none can be made, it stays, and evidence leaves on a
   * volume.
   */
  readonly prepared?: readonly PreparedGroup[] | PreparedGroupsPlace;
}

const ACTIONS = [
  ...new Set([
    ...OWN_GROUP_ACTIONS,
    ...ADDRESS_ACTIONS,
    ...RESTORE_ACTIONS,
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeVpcEndpoints',
  ]),
];

function risksOf(
  groups: readonly QuarantineGroup[],
  interfaces: Quarantine['interfaces'],
): Quarantine['residualRisks'] {
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

async function save(ctx: SuspectContext, { prepared = [] }: IsolateOptions): Promise<SavedNetwork> {
  const [found, ready] = await Promise.all([
    interfacesOf(ctx.suspectAccount, ctx.incident.suspect.instanceId),
    'bucket' in prepared ? readPreparedGroups(ctx, prepared) : prepared,
  ]);
  const vpcs = new Set(found.map(({ VpcId }) => VpcId));
  const here = ready.filter(({ vpcId }) => vpcs.has(vpcId));
  const ids = here.map(({ groupId }) => groupId);
  return {
    interfaces: found.map((one) => saveInterface(one, ids)),
    ...(here.length === 0 ? {} : { ready: here }),
  };
}

async function forgetIdleConnections(ctx: SuspectContext, interfaces: Quarantine['interfaces']) {
  const contained = interfaces.filter((one) => one.contained);
  await Promise.all(
    contained.map(({ interfaceId }) => setIdleTimeout(ctx, { interfaceId, seconds: SHORTEST_IDLE_TIMEOUT })),
  );
}

async function wearGroups(
  ctx: SuspectContext,
  { interfaces: saved, ready = [] }: SavedNetwork,
  { publicSsmCidrs = [] }: IsolateOptions,
): Promise<Worn> {
  const options = { publicSsmCidrs, prepared: ready };
  const groups = quarantineGroups(ctx, options);
  const interfaces = await swapAll(ctx, groups, saved);
  return ownInstead(ctx, { groups: await groups.all(), interfaces }, { options, saved });
}

async function contain(
  ctx: SuspectContext,
  saved: SavedNetwork,
  options: IsolateOptions,
): Promise<Quarantine> {
  const removal = removePublicAddresses(ctx, saved.interfaces);
  const { groups, interfaces } = await wearGroups(ctx, saved, options);
  const [{ removed, residualRisks }, made] = await Promise.all([
    removal,
    Promise.all(groups.map((group) => checkAdmission(ctx, group, saved.interfaces))),
    forgetIdleConnections(ctx, interfaces),
  ]);
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
    // Takes seconds. Whoever died in it left an instance that is half contained, until the next one may take it up.
    callTimeout: { seconds: 30 },
    needs: [finding, suspect],
    provides: [quarantine],
    actions: {
      suspect: ACTIONS,
      ...('bucket' in (options.prepared ?? []) ? { security: [...PREPARED_GROUPS_ACTIONS] } : {}),
    },
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
    before: (ctx) => save(ctx, options),
    async start(ctx) {
      return ctx.done({ quarantine: await contain(ctx, ctx.before, options) });
    },
    undo: restoreNetwork,
  });
}
