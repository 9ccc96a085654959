import { isIPv4, isIPv6 } from 'node:net';
import type { IpPermission } from '@aws-sdk/client-ec2';
import { awsError } from '../errors.js';
import type { RuleOptions, RulePeer } from './groups.js';

type Direction = RuleOptions['direction'];

const PROTOCOLS: Readonly<Record<string, string>> = {
  '6': 'tcp',
  '17': 'udp',
  '1': 'icmp',
  '58': 'icmpv6',
  all: '-1',
};

function checkCidr(cidr: string, family: 4 | 6): void {
  const [base = '', bits, ...rest] = cidr.split('/');
  const valid = family === 4 ? isIPv4(base) : isIPv6(base);
  const most = family === 4 ? 32 : 128;
  if (valid && rest.length === 0 && /^\d{1,3}$/.test(bits ?? '') && Number(bits) <= most) return;
  throw awsError('InvalidParameterValue', `CIDR block ${cidr} is malformed`);
}

interface Peer {
  readonly peer: RulePeer;
  readonly description: string | undefined;
}

function peersOf(permission: IpPermission): readonly Peer[] {
  const peers: Peer[] = [];
  for (const { CidrIp: cidr = '', Description: description } of permission.IpRanges ?? []) {
    checkCidr(cidr, 4);
    peers.push({ peer: { kind: 'ipv4', cidr }, description });
  }
  for (const { CidrIpv6: cidr = '', Description: description } of permission.Ipv6Ranges ?? []) {
    checkCidr(cidr, 6);
    peers.push({ peer: { kind: 'ipv6', cidr }, description });
  }
  for (const { PrefixListId: id = '', Description: description } of permission.PrefixListIds ?? []) {
    peers.push({ peer: { kind: 'prefix-list', id }, description });
  }
  for (const { GroupId: id = '', UserId: owner, Description: description } of permission.UserIdGroupPairs ??
    []) {
    peers.push({ peer: { kind: 'group', id, owner }, description });
  }
  return peers;
}

function portsOf(permission: IpPermission, protocol: string): { fromPort: number; toPort: number } {
  if (protocol === '-1') return { fromPort: -1, toPort: -1 };
  const { FromPort: fromPort, ToPort: toPort } = permission;
  if (fromPort === undefined || toPort === undefined) {
    throw awsError(
      'InvalidParameterValue',
      `Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.`,
    );
  }
  return { fromPort, toPort };
}

/** One rule for each peer that the permissions name. */
export function parsePermissions(
  permissions: readonly IpPermission[],
  direction: Direction,
): readonly RuleOptions[] {
  return permissions.flatMap((permission) => {
    const { IpProtocol = '' } = permission;
    const protocol = PROTOCOLS[IpProtocol] ?? IpProtocol;
    if (protocol === '')
      throw awsError('MissingParameter', 'The request must contain the parameter ipProtocol');
    const peers = peersOf(permission);
    if (peers.length === 0) {
      throw awsError('MissingParameter', 'Source group ID or CIDR missing.');
    }
    return peers.map(({ peer, description }) => ({
      direction,
      protocol,
      ...portsOf(permission, protocol),
      peer,
      ...(description === undefined ? {} : { description }),
    }));
  });
}
