import { isIPv6 } from 'node:net';
import type { SimulatedRegion } from '../account.js';
import { slice } from '../slice.js';
import type { SimulatedWorld } from '../world.js';
import { instancesOf } from './instances.js';
import { interfacesOf, interfacesOfInstance, type NetworkInterface } from './interfaces.js';
import { allowed, type Flow, untrackable, within } from './traffic.js';

/** How packets leave; the ones in `ALWAYS_TRACKED` are tracked whatever the rules say. */
export type FlowPath =
  | 'internet-gateway'
  | 'vpc'
  | 'nat-gateway'
  | 'egress-only-gateway'
  | 'network-load-balancer'
  | 'global-accelerator'
  | 'network-firewall'
  | 'privatelink'
  | 'gateway-load-balancer'
  | 'transit-gateway'
  | 'lambda'
  | 'dynamodb-endpoint'
  /** The VPC's resolver and IMDS: no group filters them. */
  | 'resolver'
  | 'imds';

const ALWAYS_TRACKED: ReadonlySet<FlowPath> = new Set([
  'nat-gateway',
  'egress-only-gateway',
  'network-load-balancer',
  'global-accelerator',
  'network-firewall',
  'privatelink',
  'gateway-load-balancer',
  'transit-gateway',
  'lambda',
  'dynamodb-endpoint',
]);

const UNFILTERED: ReadonlySet<FlowPath> = new Set(['resolver', 'imds']);

export interface ConnectionOptions extends Omit<Flow, 'protocol'> {
  readonly interfaceId: string;
  readonly protocol?: Flow['protocol'];
  /** `internet-gateway` unless told. */
  readonly path?: FlowPath;
  /**
   * A packet each way every so often; 1 s unless told. A flow that is slower survives a short conversion window.
   * Infinity: its packets are real ones, and `carry` is asked about each.
   */
  readonly packetEveryMs?: number;
  readonly bytesPerPacket?: number;
  /** Of the process that holds it, for hosts. */
  readonly process?: string;
}

export interface Connection extends Required<Omit<ConnectionOptions, 'process'>> {
  readonly id: string;
  readonly instanceId: string | undefined;
  readonly process: string | undefined;
  readonly openedAt: Date;
  tracked: boolean;
  closedAt: Date | undefined;
  closedBecause: 'group' | 'acl' | 'idle' | 'address' | 'instance' | 'peer' | undefined;
  /** In each direction. */
  bytes: number;
  /** @internal */
  settledMs: number;
  /** @internal */
  lastPacketMs: number;
}

const flowsOf = slice((_one: NetworkInterface): Connection[] => []);

/** Nitro v6 instances: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/security-group-connection-tracking.html */
const NITRO_V6 = /^(?:[cmr]8|i8|hpc8)/;
const NITRO_V6_IDLE_SECONDS = 350;
const IDLE_SECONDS = 432_000;

function idleTimeoutMs(one: NetworkInterface): number {
  const instance = instancesOf(one.subnet.region).peek(one.attachment?.instanceId ?? '');
  const usual = NITRO_V6.test(instance?.instanceType ?? '') ? NITRO_V6_IDLE_SECONDS : IDLE_SECONDS;
  return 1_000 * (one.tcpEstablishedTimeoutSeconds ?? usual);
}

function lets(one: NetworkInterface, flow: Connection): boolean {
  return UNFILTERED.has(flow.path) || allowed(one, flow);
}

function canBeUntracked(one: NetworkInterface, flow: Connection): boolean {
  return !ALWAYS_TRACKED.has(flow.path) && untrackable(one, flow);
}

function close(flow: Connection, atMs: number, because: NonNullable<Connection['closedBecause']>): void {
  if (flow.closedAt !== undefined) return;
  flow.closedAt = new Date(atMs);
  flow.closedBecause = because;
}

/** Lets the flow's packets pass until `nowMs`, under the groups as they have been since it was last settled. */
function settle(one: NetworkInterface, flow: Connection, nowMs: number): void {
  if (flow.closedAt !== undefined || nowMs <= flow.settledMs) return;
  const opened = flow.openedAt.getTime();
  const packetsUntil = (ms: number) => Math.floor((ms - opened) / flow.packetEveryMs);
  const first = packetsUntil(flow.settledMs) + 1;
  const last = packetsUntil(nowMs);
  flow.settledMs = nowMs;
  if (last < first) return;
  const firstMs = opened + first * flow.packetEveryMs;
  const expired = firstMs - flow.lastPacketMs > idleTimeoutMs(one);
  if (flow.tracked && expired && !lets(one, flow)) {
    close(flow, firstMs, 'idle');
    return;
  }
  flow.tracked = !canBeUntracked(one, flow);
  flow.bytes += (last - first + 1) * flow.bytesPerPacket;
  flow.lastPacketMs = opened + last * flow.packetEveryMs;
}

function settleAll(one: NetworkInterface): readonly Connection[] {
  const nowMs = one.subnet.region.world.now().getTime();
  for (const flow of flowsOf(one)) settle(one, flow, nowMs);
  return flowsOf(one);
}

export type GroupListener = (one: NetworkInterface) => void;

const groupListenersOf = slice((_world: SimulatedWorld) => new Set<GroupListener>());

/** Hears of every change of what an interface's groups allow. */
export function onGroupsChanged(world: SimulatedWorld, listener: GroupListener): void {
  groupListenersOf(world).add(listener);
}

/**
 * Changes what an interface's groups allow. Tracked connections are not interrupted; untracked ones are, at once,
 * when the new rules do not let them.
 */
export function groupsChanged(one: NetworkInterface, change: () => void): void {
  const flows = settleAll(one);
  change();
  for (const flow of flows) {
    if (!flow.tracked && !lets(one, flow)) close(flow, flow.settledMs, 'group');
  }
  for (const listener of groupListenersOf(one.subnet.region.world)) listener(one);
}

/** The interface lost its public address: what went through the internet gateway under it has no way back. */
export function publicAddressLost(one: NetworkInterface): void {
  for (const flow of settleAll(one)) {
    if (flow.path === 'internet-gateway' && !isIPv6(flow.remoteAddress))
      close(flow, flow.settledMs, 'address');
  }
}

/** A network ACL closes the edge of its subnet: tracked or not, nothing comes through; inside of the subnet it does. */
export function networkCut(one: NetworkInterface): void {
  for (const flow of settleAll(one)) {
    const inside = flow.path === 'vpc' && within(one.subnet.cidr, flow.remoteAddress);
    if (!inside && !UNFILTERED.has(flow.path)) close(flow, flow.settledMs, 'acl');
  }
}

/** The instance is gone or stopped, and its connections with it. */
export function instanceWentDown(region: SimulatedRegion, instanceId: string): void {
  for (const one of interfacesOfInstance(region, instanceId)) {
    for (const flow of settleAll(one)) close(flow, flow.settledMs, 'instance');
  }
}

/** What flows to and from the instances of a world. */
export class Connections {
  constructor(private readonly world: SimulatedWorld) {}

  /** Opens a connection; undefined when the groups do not let it begin. */
  open(region: SimulatedRegion, options: ConnectionOptions): Connection | undefined {
    const one = interfacesOf(region).peek(options.interfaceId);
    if (one === undefined) throw new Error(`no interface ${options.interfaceId} in this region`);
    const nowMs = this.world.now().getTime();
    const flow: Connection = {
      protocol: 'tcp',
      path: 'internet-gateway',
      packetEveryMs: 1_000,
      bytesPerPacket: 512,
      process: undefined,
      ...options,
      id: this.world.id('flow'),
      instanceId: one.attachment?.instanceId,
      openedAt: this.world.now(),
      tracked: true,
      closedAt: undefined,
      closedBecause: undefined,
      bytes: 0,
      settledMs: nowMs,
      lastPacketMs: nowMs,
    };
    if (!lets(one, flow)) return undefined;
    flow.tracked = !canBeUntracked(one, flow);
    flowsOf(one).push(flow);
    return flow;
  }

  /** Whether one real packet of a connection goes through; each that does may track it anew, or no longer. */
  carry(region: SimulatedRegion, flow: Connection, bytes: number): boolean {
    const one = interfacesOf(region).peek(flow.interfaceId);
    if (one === undefined || flow.closedAt !== undefined) return false;
    const nowMs = this.world.now().getTime();
    if (flow.tracked && nowMs - flow.lastPacketMs > idleTimeoutMs(one) && !lets(one, flow)) {
      close(flow, nowMs, 'idle');
      return false;
    }
    flow.tracked = !canBeUntracked(one, flow);
    flow.bytes += bytes;
    flow.lastPacketMs = nowMs;
    return true;
  }

  /** All connections an instance has had, as they stand now. */
  of(region: SimulatedRegion, instanceId: string): readonly Connection[] {
    this.world.settle();
    return interfacesOfInstance(region, instanceId).flatMap((one) => [...settleAll(one)]);
  }

  /** The ones that still pass packets: what `ss` shows on the host. */
  live(region: SimulatedRegion, instanceId: string): readonly Connection[] {
    return this.of(region, instanceId).filter((flow) => flow.closedAt === undefined);
  }

  /** The peer or the process hung up. */
  close(flow: Connection): void {
    close(flow, this.world.now().getTime(), 'peer');
  }
}
