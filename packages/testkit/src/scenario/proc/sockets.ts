import { INTRUDER, SUSPECT } from '../tree/scene.js';

/** A socket as /proc/net shows it. */
export interface SimulatedSocket {
  readonly protocol: 'tcp' | 'tcp6' | 'udp';
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly state: 'LISTEN' | 'ESTABLISHED' | 'UNCONNECTED';
  readonly uid: number;
  readonly inode: number;
  /** What flows while it is not cut, in bytes a second of virtual time. */
  readonly bytesPerSecond: number;
}

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

const ANY: Endpoint = { address: '0.0.0.0', port: 0 };
const at = (address: string, port: number): Endpoint => ({ address, port });
const here = (port: number) => at(SUSPECT.privateAddress, port);

const listening = (port: number, inode: number, more: Partial<SimulatedSocket> = {}): SimulatedSocket => ({
  protocol: 'tcp',
  local: at('0.0.0.0', port),
  remote: ANY,
  state: 'LISTEN',
  uid: 0,
  inode,
  bytesPerSecond: 0,
  ...more,
});

const connected = (
  local: Endpoint,
  remote: Endpoint,
  more: Pick<SimulatedSocket, 'uid' | 'inode' | 'bytesPerSecond'>,
): SimulatedSocket => ({
  protocol: 'tcp',
  state: 'ESTABLISHED',
  local,
  remote,
  ...more,
});

/** Local port of the reverse shell: what the finding names. */
export const REVERSE_SHELL_LOCAL_PORT = 49_812;
export const MINER_LOCAL_PORT = 42_118;

const BENIGN: readonly SimulatedSocket[] = [
  listening(22, 14690),
  listening(22, 14691, { protocol: 'tcp6', local: at('::', 22), remote: at('::', 0) }),
  listening(80, 14730, { protocol: 'tcp6', local: at('::', 80), remote: at('::', 0) }),
  listening(3306, 14701, { local: at('127.0.0.1', 3306), uid: 103 }),
  listening(53, 14410, { local: at('127.0.0.53', 53), uid: 996 }),
  {
    ...listening(53, 14411, { local: at('127.0.0.53', 53), uid: 996 }),
    protocol: 'udp',
    state: 'UNCONNECTED',
  },
  { ...listening(68, 14402, { local: here(68), uid: 998 }), protocol: 'udp', state: 'UNCONNECTED' },
  {
    ...listening(323, 14633, { local: at('127.0.0.1', 323), uid: 102 }),
    protocol: 'udp',
    state: 'UNCONNECTED',
  },
  connected(here(38_412), at('10.20.9.10', 443), { uid: 0, inode: 15671, bytesPerSecond: 40 }),
  ...[0, 1, 2].map((index) =>
    connected(here(80), at(`10.20.1.${10 + index}`, 50_120 + index), {
      uid: 33,
      inode: 16740 + index,
      bytesPerSecond: 900,
    }),
  ),
];

const { controller, shellPort, poolPort, listenerPort } = INTRUDER;

const PLANTED: readonly SimulatedSocket[] = [
  connected(here(REVERSE_SHELL_LOCAL_PORT), at(controller, shellPort), {
    uid: 0,
    inode: 41707,
    bytesPerSecond: 55,
  }),
  connected(here(MINER_LOCAL_PORT), at(controller, poolPort), {
    uid: 0,
    inode: 41242,
    bytesPerSecond: 310,
  }),
  listening(listenerPort, 41377),
];

export function socketTable(intruder: 'present' | 'absent'): readonly SimulatedSocket[] {
  return intruder === 'present' ? [...BENIGN, ...PLANTED] : BENIGN;
}
