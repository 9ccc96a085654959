import type { Reporter, Rule } from '../../engine/reporter.js';
import { BACKDOOR_PORTS, isPublicAddress, MINING_PORTS } from '../../engine/suspicion.js';
import { beaconOf } from './beacon.js';
import type { Conversation } from './peers.js';

const TO_INDICATOR: Rule = {
  id: 'network.flow-finding-remote',
  title: 'The network saw traffic with an address of the finding',
  severity: 'high',
  techniques: ['T1071'],
};
const TO_POOL: Rule = {
  id: 'network.flow-mining-port',
  title: 'The network saw connections to a port of mining pools',
  severity: 'medium',
  techniques: ['T1496.001'],
};
const BEACON: Rule = {
  id: 'network.beacon',
  title: 'The host calls another at regular times',
  severity: 'low',
  techniques: ['T1071'],
};
const SCAN: Rule = {
  id: 'network.scan',
  title: 'The host tried one port on many others',
  severity: 'high',
  techniques: ['T1046', 'T1018'],
};

/** Agents, time servers and APIs call home by the clock, and they do it there. */
const USUAL_PORTS = new Set([53, 80, 123, 443, 853]);
const MIN_SCANNED = 100;
const MOST_NAMED = 8;

/** Judges who the host talked to, as the network saw it: the host cannot hide that, or wipe it. */
export function judgeFlows(conversations: readonly Conversation[], reporter: Reporter): void {
  for (const one of conversations) {
    const named = reporter.context.indicators.addresses.includes(one.peer);
    if (named) tellIndicator(one, reporter);
    if (one.direction === 'out' && one.accepted > 0 && isPublicAddress(one.peer)) {
      if (!named && MINING_PORTS.has(one.port) && one.protocol === 6) tellPool(one, reporter);
      tellBeacon(one, reporter);
    }
  }
  tellScans(conversations, reporter);
}

function tellIndicator(one: Conversation, reporter: Reporter): void {
  const { peer, port, direction, flows, accepted, bytesSent, bytesReceived } = one;
  const isSamePort = reporter.context.indicators.ports.includes(port);
  const traffic = `${bytesSent} bytes out, ${bytesReceived} bytes in, ${flows} flows`;
  reporter.observe(TO_INDICATOR, {
    title:
      accepted === 0
        ? `Traffic with ${peer}, which the finding names, was refused`
        : `${direction === 'out' ? 'The host called' : 'The host was called by'} ${peer}, which the finding names, on port ${port}`,
    severity: accepted === 0 ? 'medium' : 'high',
    entity: `ip:${peer}`,
    atMs: one.firstMs,
    excerpt: traffic,
    where: [one.first, one.last],
    confidence: isSamePort ? 0.98 : 0.9,
    reasons: [
      isSamePort ? 'address and port of the finding' : 'address of the finding, another port',
      span(one),
    ],
  });
  const common = { kind: 'network.flow', entity: `ip:${peer}` };
  reporter.event({
    ...common,
    atMs: one.firstMs,
    what: 'Traffic began',
    message: `with ${peer} port ${port}: ${traffic}`,
    where: one.first,
  });
  reporter.event({
    ...common,
    atMs: one.lastMs,
    what: 'Traffic ended',
    message: `with ${peer} port ${port}`,
    where: one.last,
  });
}

function tellPool(one: Conversation, reporter: Reporter): void {
  reporter.observe(TO_POOL, {
    title: `The host called ${one.peer} on port ${one.port}, a port of mining pools`,
    entity: `ip:${one.peer}`,
    atMs: one.firstMs,
    where: [one.first, one.last],
    confidence: 0.5,
    reasons: [span(one), `${one.bytesSent} bytes out, ${one.bytesReceived} bytes in`],
  });
}

function tellBeacon(one: Conversation, reporter: Reporter): void {
  const beacon = beaconOf(one.starts);
  if (beacon === undefined) return;
  const named = reporter.context.indicators.addresses.includes(one.peer);
  const severity = named
    ? 'high'
    : BACKDOOR_PORTS.has(one.port) || MINING_PORTS.has(one.port)
      ? 'medium'
      : USUAL_PORTS.has(one.port)
        ? 'info'
        : 'low';
  reporter.observe(BEACON, {
    title: `The host called ${one.peer} port ${one.port} every ${beacon.everySeconds} seconds, ${beacon.count} times`,
    severity,
    entity: `ip:${one.peer}`,
    atMs: one.firstMs,
    where: [one.first, one.last],
    confidence: named ? 0.95 : 0.5,
    reasons: [
      `the times between them differ by ${(beacon.jitter * 100).toFixed(0)} % from the middle`,
      `${Math.round(one.bytesSent / beacon.count)} bytes each`,
      span(one),
    ],
  });
}

/** Many peers on one port of which few answered. */
function tellScans(conversations: readonly Conversation[], reporter: Reporter): void {
  const byPort = new Map<string, Conversation[]>();
  for (const one of conversations) {
    const isShort = one.direction === 'out' && one.bytesReceived < 2_000;
    if (!isShort || one.port === 0 || USUAL_PORTS.has(one.port)) continue;
    const key = `${one.protocol} ${one.port}`;
    const known = byPort.get(key);
    if (known === undefined) byPort.set(key, [one]);
    else known.push(one);
  }
  for (const peers of byPort.values()) {
    const [first] = peers;
    if (first === undefined || peers.length < MIN_SCANNED) continue;
    const silent = peers.filter(({ bytesReceived }) => bytesReceived === 0).length;
    if (silent < peers.length / 2) continue;
    reporter.observe(SCAN, {
      title: `The host tried port ${first.port} on ${peers.length} others`,
      entity: `port:${first.port}`,
      atMs: Math.min(...peers.map(({ firstMs }) => firstMs)),
      where: peers.slice(0, MOST_NAMED).map((one) => one.first),
      confidence: 0.9,
      reasons: [
        `${silent} of them did not answer`,
        `among them ${peers
          .slice(0, MOST_NAMED)
          .map(({ peer }) => peer)
          .join(', ')}`,
      ],
    });
  }
}

function span({ firstMs, lastMs }: Conversation): string {
  return `from ${new Date(firstMs).toISOString()} to ${new Date(lastMs).toISOString()}`;
}
