import type { Reporter, Rule, Sighting } from '../../engine/reporter.js';
import {
  BACKDOOR_PORTS,
  inHiddenFolder,
  inTemporaryFolder,
  isPublicAddress,
  isShell,
  MINING_PORTS,
  programName,
} from '../../engine/suspicion.js';
import type { LiveProcess, LiveSocket, LiveState } from './process-table.js';

const TO_INDICATOR: Rule = {
  id: 'network.finding-remote',
  title: 'A connection to the address of the finding',
  severity: 'critical',
  techniques: ['T1071'],
};
const TO_POOL: Rule = {
  id: 'network.mining-port',
  title: 'A connection to a port of mining pools',
  severity: 'medium',
  techniques: ['T1496.001'],
};
const LISTENER: Rule = {
  id: 'network.odd-listener',
  title: 'Something odd listens for connections',
  severity: 'high',
  techniques: ['T1571', 'T1205'],
};
const NO_PROCESS: Rule = {
  id: 'network.listener-without-process',
  title: 'A port listens and no process holds it',
  severity: 'medium',
  techniques: ['T1014'],
};

/** Ports that the kernel itself serves: NFS and its helpers, RDMA, WireGuard. */
const KERNEL_PORTS: ReadonlySet<number> = new Set([111, 2049, 20049, 51820]);

/** Judges every socket of a triage, together with the process that holds it. */
export function judgeSockets(state: LiveState, reporter: Reporter): void {
  const told = new Set<string>();
  for (const socket of state.sockets) {
    const process = socket.pid === undefined ? undefined : state.processes.get(socket.pid);
    for (const judgement of [toIndicator, toPool, listener]) {
      const seen = judgement({ socket, process, reporter });
      if (seen === undefined || told.has(seen.key)) continue;
      told.add(seen.key);
      reporter.observe(seen.rule, { ...seen.sighting, where: places(socket, process), atMs: undefined });
    }
  }
}

interface Held {
  readonly socket: LiveSocket;
  readonly process: LiveProcess | undefined;
  readonly reporter: Reporter;
}

interface Seen {
  readonly key: string;
  readonly rule: Rule;
  readonly sighting: Omit<Sighting, 'where'>;
}

function toIndicator({ socket, process, reporter }: Held): Seen | undefined {
  const { addresses, ports } = reporter.context.indicators;
  if (!addresses.includes(socket.remoteAddress)) return undefined;
  const samePort = ports.includes(socket.remotePort);
  return {
    key: `indicator ${socket.pid} ${endpoint(socket)}`,
    rule: TO_INDICATOR,
    sighting: {
      title: `${nameOf(process)} is connected to ${endpoint(socket)}, which the finding names`,
      severity: socket.state === 'TIME_WAIT' ? 'high' : 'critical',
      entity: entityOf(process, socket),
      excerpt: lineOf(socket),
      confidence: samePort ? 0.99 : 0.95,
      reasons: [
        samePort ? 'address and port of the finding' : 'address of the finding, another port',
        ...about(process),
      ],
    },
  };
}

function toPool({ socket, process }: Held): Seen | undefined {
  if (socket.state !== 'ESTABLISHED' || !MINING_PORTS.has(socket.remotePort)) return undefined;
  if (!isPublicAddress(socket.remoteAddress) || socket.localPort < socket.remotePort) return undefined;
  const odd = process !== undefined && (inTemporaryFolder(process.exe) || inHiddenFolder(process.exe));
  return {
    key: `pool ${socket.pid} ${endpoint(socket)}`,
    rule: TO_POOL,
    sighting: {
      title: `${nameOf(process)} is connected to ${endpoint(socket)}, a port of mining pools`,
      severity: odd ? 'critical' : 'medium',
      entity: entityOf(process, socket),
      excerpt: lineOf(socket),
      confidence: odd ? 0.95 : 0.5,
      reasons: about(process),
    },
  };
}

function listener({ socket, process }: Held): Seen | undefined {
  if (socket.state !== 'LISTEN') return undefined;
  if (process === undefined) return orphan(socket);
  const reasons = listenerReasons(socket, process);
  if (reasons.length === 0) return undefined;
  return {
    key: `listener ${socket.pid} ${socket.localPort}`,
    rule: LISTENER,
    sighting: {
      title: `${nameOf(process)} listens on ${socket.localAddress}:${socket.localPort}`,
      entity: entityOf(process, socket),
      excerpt: lineOf(socket),
      confidence: Math.min(0.97, 0.6 + 0.15 * reasons.length),
      reasons: [...reasons, ...about(process)],
    },
  };
}

function listenerReasons(
  { localPort }: LiveSocket,
  { exe, exeDeleted, comm, cmdline }: LiveProcess,
): readonly string[] {
  const odd = inTemporaryFolder(exe) || inHiddenFolder(exe);
  return [
    ...(odd ? ['its program lies in a temporary or hidden folder'] : []),
    ...(isShell(exe) || /^(?:nc|ncat|netcat|socat|nc\.(?:traditional|openbsd))$/.test(programName(exe))
      ? ['a shell or a relay listens']
      : []),
    ...(/^\[.*\]$/.test(cmdline.trim()) ? ['it calls itself a kernel thread'] : []),
    ...(exeDeleted && odd ? ['its program was deleted'] : []),
    ...(BACKDOOR_PORTS.has(localPort) && (odd || isUnusual(comm))
      ? [`port ${localPort} is one that backdoors use`]
      : []),
  ];
}

/** Servers for which a port of the list is a choice and not a sign. */
function isUnusual(comm: string): boolean {
  return !/^(?:java|node|nginx|httpd|apache2|haproxy|envoy|docker-proxy|containerd|php-fpm|tor|minio|python3?|ircd)/.test(
    comm,
  );
}

function orphan(socket: LiveSocket): Seen | undefined {
  if (KERNEL_PORTS.has(socket.localPort) || socket.inode === '0') return undefined;
  const backdoor = BACKDOOR_PORTS.has(socket.localPort);
  return {
    key: `orphan ${socket.localPort}`,
    rule: NO_PROCESS,
    sighting: {
      title: `Port ${socket.localPort} listens and no process holds it`,
      severity: backdoor ? 'high' : 'medium',
      entity: `socket:${socket.localAddress}:${socket.localPort}`,
      excerpt: lineOf(socket),
      confidence: backdoor ? 0.85 : 0.5,
      reasons: ['hidden by a rootkit, held by the kernel, or by a process that ended during the triage'],
    },
  };
}

const endpoint = ({ remoteAddress, remotePort }: LiveSocket) => `${remoteAddress}:${remotePort}`;
const nameOf = (process: LiveProcess | undefined) =>
  process === undefined ? 'A process that is not known' : `${process.comm} (${process.pid})`;

function entityOf(process: LiveProcess | undefined, socket: LiveSocket): string {
  return process === undefined
    ? `socket:${socket.localAddress}:${socket.localPort}`
    : `process:${process.pid}`;
}

function about(process: LiveProcess | undefined): readonly string[] {
  return process === undefined
    ? []
    : [`program: ${process.exe || process.comm}`, `command line: ${process.cmdline}`];
}

function lineOf({ protocol, localAddress, localPort, remoteAddress, remotePort, state }: LiveSocket): string {
  return `${protocol} ${localAddress}:${localPort} -> ${remoteAddress}:${remotePort} ${state}`;
}

function places(socket: LiveSocket, process: LiveProcess | undefined): Sighting['where'] {
  return process === undefined ? [socket.where] : [socket.where, process.where];
}
