import { isIP } from 'node:net';
import { s3Endpoint } from '../s3/endpoint.js';
import type { SimulatedRegion } from '../simulation/account.js';
import type { Connection } from '../simulation/ec2/connections.js';
import type { HostNetwork, HostSocket, Route } from './network.js';
import { reaches } from './reach.js';

/** A socket that the host's own tables know; the world's connection with the same ends moves its counters. */
export interface PlannedSocket extends Omit<HostSocket, 'bytes'> {}
export type HostSocketSource = readonly PlannedSocket[];

const S3_NAME = /(^|\.)s3[.-]([a-z0-9-]+\.)?amazonaws\.com$/;

async function route(
  region: SimulatedRegion,
  instanceId: string,
  to: { readonly name: string; readonly port: number },
): Promise<Route> {
  const s3 = await s3Endpoint(region.world);
  const direct = to.name === '127.0.0.1' && to.port === s3.port;
  if (direct || S3_NAME.test(to.name)) {
    return reaches(region, instanceId, 's3')
      ? { kind: 'open', host: '127.0.0.1', port: s3.port }
      : { kind: 'closed' };
  }
  // Whatever else there is in the world, nobody plays it.
  return isIP(to.name) !== 0 || to.name.endsWith('.amazonaws.com')
    ? { kind: 'closed' }
    : { kind: 'unknown-name' };
}

function endOf(connection: Connection): string {
  return `${connection.remoteAddress}:${connection.remotePort}`;
}

const localPort = (socket: PlannedSocket) => Number(socket.local.slice(socket.local.lastIndexOf(':') + 1));

/** A connection whose packets are dropped stays in the kernel's table: only its counters stand still. */
function settled(
  socket: PlannedSocket,
  connections: readonly Connection[],
  seconds: number,
): readonly HostSocket[] {
  const own = connections.find((one) => one.localPort === localPort(socket) && endOf(one) === socket.remote);
  if (own === undefined) return [{ ...socket, bytes: socket.bytesPerSecond * seconds }];
  if (own.closedBecause === 'peer' || own.closedBecause === 'instance') return [];
  const rate = own.closedAt === undefined ? (own.bytesPerPacket * 1000) / own.packetEveryMs : 0;
  return [{ ...socket, bytes: own.bytes, bytesPerSecond: rate }];
}

/** The network of a simulated world, as one of its hosts sees it. */
export function worldNetwork(
  region: SimulatedRegion,
  instanceId: string,
  sockets: HostSocketSource = [],
): HostNetwork {
  const startedMs = region.world.now().getTime();
  return {
    route: (name, port) => route(region, instanceId, { name, port }),
    sockets: () => {
      const connections = region.world.connections.of(region, instanceId);
      const seconds = (region.world.now().getTime() - startedMs) / 1000;
      return sockets.flatMap((socket) => settled(socket, connections, seconds));
    },
  };
}
