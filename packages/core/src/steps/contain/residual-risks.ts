import type { Route } from '@aws-sdk/client-ec2';
import type { ResidualRisk } from '../containment-facts.js';
import { type ExitPath, pathsOf } from './paths.js';

/** What may still be open on a path although the groups are swapped; one sentence for the report. */
const SAYS: Readonly<Partial<Record<ExitPath, string>>> = {
  vpc: 'connections inside the VPC that were open before the swap live until they are idle',
  'internet-ipv6':
    'IPv6 connections through the internet gateway that were open before the swap live until they are idle',
  'nat-gateway':
    'connections through the NAT gateway are always tracked: those open before the swap may live on',
  'egress-only-gateway':
    'connections through the egress-only gateway are always tracked: those open before the swap may live on',
  'transit-gateway':
    'connections through the transit gateway may be tracked whatever the rules are: those open before may live on',
  peering: 'connections over VPC peering that were open before the swap live until they are idle',
  vpn: 'connections over the virtual private gateway that were open before the swap live until they are idle',
  endpoint:
    'connections through VPC endpoints (PrivateLink, DynamoDB, firewalls) are always tracked: those open may live on',
  interface: 'connections through an appliance or proxy interface may live on',
};

export interface NetworkSituation {
  readonly interfaceId: string;
  readonly subnetId: string;
  readonly ipv6: boolean;
  readonly routes: readonly Route[];
}

function pathsThatMatter({ ipv6, routes }: NetworkSituation): readonly ExitPath[] {
  return [...pathsOf(routes)].filter(
    (path) => ipv6 || (path !== 'internet-ipv6' && path !== 'egress-only-gateway'),
  );
}

/** Risks path by path, each with the interfaces it is about. IPv6 counts only where an interface has such an address. */
export function pathRisks(situations: readonly NetworkSituation[]): readonly ResidualRisk[] {
  const on = new Map<ExitPath, string[]>();
  for (const situation of situations)
    for (const path of pathsThatMatter(situation))
      on.set(path, [...(on.get(path) ?? []), situation.interfaceId]);
  return [...on].flatMap(([path, interfaces]) => {
    const says = SAYS[path];
    return says === undefined ? [] : [{ path, detail: `${interfaces.join(', ')}: ${says}` }];
  });
}

/** What is left for a connection that no security group can cut; each has its price, so a person chooses. */
export const WAYS_LEFT =
  'left are a network ACL (cuts off SSM and the neighbours, too), a route to nowhere, or a stop';

/** What no security group filters. */
export const BEYOND_GROUPS: readonly ResidualRisk[] = [
  {
    path: 'dns',
    detail: "groups do not filter the VPC's resolver: a DNS tunnel lives on unless DNS Firewall stops it",
  },
  {
    path: 'instance-metadata',
    detail: 'groups do not filter the metadata service: the role is denied instead, and seal turns it off',
  },
  {
    path: 'console',
    detail: 'EC2 serial console and Instance Connect endpoints are not cut: whoever may use them still can',
  },
];

/** Each risk once. */
export function distinctRisks(risks: readonly ResidualRisk[]): ResidualRisk[] {
  return [...new Map(risks.map((risk) => [`${risk.path} ${risk.detail}`, risk])).values()];
}
