import type { Route } from '@aws-sdk/client-ec2';
import type { SuspectContext } from '../../engine/context.js';
import type { Quarantine, ResidualRisk } from '../containment-facts.js';
import { interfacesOf } from '../inspect/interfaces.js';
import type { HostLook } from './host-look.js';
import { allowedPeers, endpointOf, forbiddenConnections, type LiveConnection } from './live-connections.js';
import { canBeCut, uncuttableExits } from './paths.js';
import { WAYS_LEFT } from './residual-risks.js';
import { routesOf } from './routes.js';

type Contained = Quarantine['interfaces'][number];

/** The forbidden connections that live, once the host has been asked. */
export async function judge(
  ctx: SuspectContext,
  made: Quarantine,
  look: HostLook & { readonly looked: true },
): Promise<readonly LiveConnection[]> {
  if (look.live.length === 0) return [];
  const [allowed, bySubnet] = await Promise.all([allowedPeers(ctx, made), routesOf(ctx, made.interfaces)]);
  return forbiddenConnections(look.live, { allowed, routes: [...bySubnet.values()].flat() });
}

export interface WhereToCut {
  readonly interfaces: readonly Contained[];
  readonly residualRisks: readonly ResidualRisk[];
}

function livesOn({ remote, path }: LiveConnection, because: string): ResidualRisk {
  return {
    path: 'tracked-connection',
    detail: `a connection to ${endpointOf(remote).address} lives on by ${path}: ${because}; ${WAYS_LEFT}`,
  };
}

interface Place {
  readonly one: Contained;
  readonly routes: readonly Route[];
  readonly family: 'ipv4' | 'both';
}

async function placesOf(ctx: SuspectContext, made: Quarantine): Promise<readonly Place[]> {
  const contained = made.interfaces.filter((one) => one.contained);
  const [routes, found] = await Promise.all([
    routesOf(ctx, contained),
    interfacesOf(ctx.suspectAccount, ctx.incident.suspect.instanceId),
  ]);
  const withIpv6 = new Set(
    found.filter(({ Ipv6Addresses = [] }) => Ipv6Addresses.length > 0).map((one) => one.NetworkInterfaceId),
  );
  return contained.map((one) => ({
    one,
    routes: routes.get(one.subnetId) ?? [],
    family: withIpv6.has(one.interfaceId) ? 'both' : 'ipv4',
  }));
}

/**
 * On which interfaces standing open for a moment helps: some connection lives on by a path that can be cut, and nothing
 * could be dialled meanwhile that never could. The host does not say reliably which interface a connection is on, so it
 * is all of them.
 */
export async function whereToCut(
  ctx: SuspectContext,
  made: Quarantine,
  live: readonly LiveConnection[],
): Promise<WhereToCut> {
  const uncuttable = live
    .filter(({ path }) => !canBeCut(path))
    .map((one) => livesOn(one, 'connections there are always tracked'));
  const cuttable = live.filter(({ path }) => canBeCut(path));
  if (cuttable.length === 0) return { interfaces: [], residualRisks: uncuttable };
  const places = await placesOf(ctx, made);
  const hazards = new Set(places.flatMap(({ routes, family }) => uncuttableExits(routes, family)));
  if (hazards.size === 0) return { interfaces: places.map(({ one }) => one), residualRisks: uncuttable };
  const because = `cutting it would open ${[...hazards].join(', ')} for a moment, where nothing can be cut again`;
  return { interfaces: [], residualRisks: [...uncuttable, ...cuttable.map((one) => livesOn(one, because))] };
}
