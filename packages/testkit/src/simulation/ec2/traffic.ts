import { BlockList, isIPv6 } from 'node:net';
import { type GroupRule, groupsOf, type RulePeer } from './groups.js';
import { interfacesOf, type NetworkInterface } from './interfaces.js';
import { prefixListsOf } from './prefix-lists.js';

/** What a packet is to a security group. */
export interface Flow {
  readonly protocol: 'tcp' | 'udp' | 'icmp';
  readonly direction: 'inbound' | 'outbound';
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
}

const PROTOCOL_NUMBERS: Readonly<Record<string, string>> = { '6': 'tcp', '17': 'udp', '1': 'icmp' };

/** Whether an address is in a CIDR. */
export function within(cidr: string, address: string): boolean {
  const [base = '', bits = '32'] = cidr.split('/');
  if (isIPv6(base) !== isIPv6(address)) return false;
  const family = isIPv6(base) ? 'ipv6' : 'ipv4';
  const network = new BlockList();
  network.addSubnet(base, Number(bits), family);
  return network.check(address, family);
}

function memberOf(one: NetworkInterface, groupId: string, address: string): boolean {
  return interfacesOf(one.subnet.region)
    .all()
    .some((other) => other.groups.includes(groupId) && other.privateAddresses.includes(address));
}

function peerMatches(one: NetworkInterface, peer: RulePeer, address: string): boolean {
  if (peer.kind === 'group') return memberOf(one, peer.id, address);
  if (peer.kind !== 'prefix-list') return within(peer.cidr, address);
  return (prefixListsOf(one.subnet.region).peek(peer.id)?.cidrs ?? []).some((cidr) => within(cidr, address));
}

function coversPort(rule: GroupRule, flow: Flow): boolean {
  const protocol = PROTOCOL_NUMBERS[rule.protocol] ?? rule.protocol;
  if (protocol === '-1') return true;
  if (protocol !== flow.protocol) return false;
  if (rule.fromPort === -1) return true;
  const port = flow.direction === 'outbound' ? flow.remotePort : flow.localPort;
  return rule.fromPort <= port && port <= rule.toPort;
}

function rulesOf(one: NetworkInterface, direction: 'ingress' | 'egress'): readonly GroupRule[] {
  const groups = groupsOf(one.subnet.region);
  return one.groups
    .flatMap((id) => groups.peek(id)?.rules ?? [])
    .filter((rule) => rule.direction === direction);
}

/** Whether the interface's groups let this flow begin. */
export function allowed(one: NetworkInterface, flow: Flow): boolean {
  const direction = flow.direction === 'outbound' ? 'egress' : 'ingress';
  return rulesOf(one, direction).some(
    (rule) => coversPort(rule, flow) && peerMatches(one, rule.peer, flow.remoteAddress),
  );
}

function anywhere(rule: GroupRule, family: 'ipv4' | 'ipv6'): boolean {
  return rule.peer.kind === family && rule.peer.cidr === (family === 'ipv4' ? '0.0.0.0/0' : '::/0');
}

function allPorts(rule: GroupRule, flow: Flow): boolean {
  const protocol = PROTOCOL_NUMBERS[rule.protocol] ?? rule.protocol;
  if (protocol === '-1') return true;
  return protocol === flow.protocol && rule.fromPort <= 0 && rule.toPort >= 65_535;
}

/**
 * Whether the groups make the flow untracked: a rule lets it in (or out) from anywhere, and another lets every answer
 * through. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/security-group-connection-tracking.html
 */
export function untrackable(one: NetworkInterface, flow: Flow): boolean {
  if (flow.protocol === 'icmp') return false;
  const family = isIPv6(flow.remoteAddress) ? 'ipv6' : 'ipv4';
  const [own, answers] =
    flow.direction === 'outbound' ? (['egress', 'ingress'] as const) : (['ingress', 'egress'] as const);
  return (
    rulesOf(one, own).some((rule) => anywhere(rule, family) && coversPort(rule, flow)) &&
    rulesOf(one, answers).some((rule) => anywhere(rule, family) && allPorts(rule, flow))
  );
}
