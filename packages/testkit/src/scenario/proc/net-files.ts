import type { Endpoint, SimulatedSocket } from './sockets.js';

const STATES = { ESTABLISHED: '01', UNCONNECTED: '07', LISTEN: '0A' } as const;

const hexPort = (port: number) => port.toString(16).toUpperCase().padStart(4, '0');

/** IPv4 as one little-endian word; `::` is the only IPv6 address that is needed. */
function hexAddress(address: string): string {
  if (address.includes(':')) return '0'.repeat(32);
  return Buffer.from(address.split('.').map(Number)).reverse().toString('hex').toUpperCase();
}

const hexEndpoint = ({ address, port }: Endpoint) => `${hexAddress(address)}:${hexPort(port)}`;

function row(socket: SimulatedSocket, index: number): string {
  const { local, remote, state, uid, inode } = socket;
  const slot = String(index).padStart(4);
  return `${slot}: ${hexEndpoint(local)} ${hexEndpoint(remote)} ${STATES[state]} 00000000:00000000 00:00000000 00000000 ${String(uid).padStart(5)}        0 ${inode} 1 0000000000000000 100 0 0 10 0\n`;
}

const HEADER =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';

/** /proc/net/tcp, tcp6, udp or udp6. */
export function netFile(sockets: readonly SimulatedSocket[], protocol: string): string {
  return (
    HEADER +
    sockets
      .filter((socket) => socket.protocol === protocol)
      .map(row)
      .join('')
  );
}

export const NET_PROTOCOLS = ['tcp', 'tcp6', 'udp', 'udp6'] as const;
