import type { Route } from '@aws-sdk/client-ec2';
import { ec2 } from '../../aws/operations.js';
import type { SuspectContext } from '../../engine/context.js';
import { listAll } from '../calls/list-all.js';
import type { Connections, Quarantine } from '../containment-facts.js';
import type { LiveSocket } from './host-look.js';
import { inCidrs, pathTo } from './paths.js';

export type LiveConnection = Connections['live'][number];

/** Address and port of `10.20.3.44:49812` or `[2001:db8::1]:443`; IPv4 in IPv6's clothes is IPv4. */
export function endpointOf(text: string): { readonly address: string; readonly port: number } {
  const colon = text.lastIndexOf(':');
  const address = text.slice(0, colon).replace(/^\[(?:::ffff:(?=[0-9]+\.))?|\]$/g, '');
  return { address, port: Number(text.slice(colon + 1)) };
}

/** Addresses that the quarantine lets the suspect speak HTTPS to. */
export interface AllowedPeers {
  readonly addresses: ReadonlySet<string>;
  readonly cidrs: readonly string[];
}

/** The endpoints' own addresses: SSM's agent is meant to speak to those. */
export async function allowedPeers(ctx: SuspectContext, quarantine: Quarantine): Promise<AllowedPeers> {
  const peers = quarantine.groups.flatMap(({ ssmPeers }) => ssmPeers);
  const groups = [...new Set(peers.filter((peer) => peer.startsWith('sg-')))];
  const cidrs = peers.filter((peer) => !peer.startsWith('sg-'));
  if (groups.length === 0) return { addresses: new Set(), cidrs };
  const found = await listAll(ctx.suspectAccount, ec2.DescribeNetworkInterfaces, {
    input: { Filters: [{ Name: 'group-id', Values: groups }] },
    items: (page) => page.NetworkInterfaces,
  });
  const addresses = found.flatMap(({ PrivateIpAddresses = [], Ipv6Addresses = [] }) => [
    ...PrivateIpAddresses.flatMap(({ PrivateIpAddress: address }) => address ?? []),
    ...Ipv6Addresses.flatMap(({ Ipv6Address: address }) => address ?? []),
  ]);
  return { addresses: new Set(addresses), cidrs };
}

const HTTPS = 443;

function isAllowed(remote: string, allowed: AllowedPeers): boolean {
  const { address, port } = endpointOf(remote);
  return port === HTTPS && (allowed.addresses.has(address) || inCidrs(address, allowed.cidrs));
}

/** What the quarantine should have stopped and has not, with the way by which it leaves. */
export function forbiddenConnections(
  live: readonly LiveSocket[],
  world: { readonly allowed: AllowedPeers; readonly routes: readonly Route[] },
): readonly LiveConnection[] {
  return live
    .filter(({ remote }) => !isAllowed(remote, world.allowed))
    .map((socket) => ({ ...socket, path: pathTo(endpointOf(socket.remote).address, world.routes) }));
}
