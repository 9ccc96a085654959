import type { VpcEndpoint } from '@aws-sdk/client-ec2';
import { ec2 } from '../../aws/operations.js';
import type { SuspectContext } from '../../engine/context.js';
import { listAll } from '../calls/list-all.js';
import { policyAdmits } from './endpoint-policy.js';
import { inCidrs } from './paths.js';
import type { GroupRule, SsmPath } from './rules.js';

/** Without both the agent is not reached; `ec2messages` only matters to old agents. */
const REQUIRED = ['ssm', 'ssmmessages'] as const;
const SERVICES = [...REQUIRED, 'ec2messages'] as const;

function serviceOf(endpoint: VpcEndpoint): string {
  const name = endpoint.ServiceName ?? '';
  return name.slice(name.lastIndexOf('.') + 1);
}

function usable(endpoint: VpcEndpoint): boolean {
  return (
    endpoint.State?.toLowerCase() === 'available' &&
    endpoint.PrivateDnsEnabled === true &&
    (endpoint.Groups ?? []).length > 0
  );
}

export interface SsmChances {
  readonly endpoints: readonly VpcEndpoint[];
  /** The suspect's. */
  readonly account: string;
  readonly publicCidrs: readonly string[];
}

const isRequired = (endpoint: VpcEndpoint) => REQUIRED.some((name) => name === serviceOf(endpoint));

/** Endpoints whose own policy keeps the agent out, and those whose policy only AWS can judge. */
export function doubtfulEndpoints({ endpoints, account }: Pick<SsmChances, 'endpoints' | 'account'>) {
  const of = (admission: 'refuses' | 'unclear') =>
    endpoints
      .filter((endpoint) => usable(endpoint) && isRequired(endpoint))
      .filter((endpoint) => policyAdmits(endpoint, account) === admission)
      .map(({ VpcEndpointId: id = 'an endpoint' }) => id);
  return { refusing: of('refuses'), unclear: of('unclear') };
}

/**
 * The ladder by which SSM lives through containment: endpoints of the VPC, else public addresses where the user has
 * named them, else not at all. An endpoint is never made: its private DNS would change names for the whole VPC.
 */
export function chooseSsmPath({ endpoints, account, publicCidrs }: SsmChances): SsmPath {
  const ready = endpoints.filter(usable);
  // SSM's names lead to that endpoint all the same: there is no way around it.
  if (doubtfulEndpoints({ endpoints, account }).refusing.length > 0) return { via: 'none' };
  const complete = REQUIRED.every((name) => ready.some((endpoint) => serviceOf(endpoint) === name));
  if (complete) {
    const groups = ready.flatMap(({ Groups = [] }) => Groups.flatMap(({ GroupId: id }) => id ?? []));
    return { via: 'endpoints', groups: [...new Set(groups)].sort() };
  }
  return publicCidrs.length > 0 ? { via: 'public', cidrs: publicCidrs } : { via: 'none' };
}

/** SSM's interface endpoints in a VPC. */
export function ssmEndpoints(
  ctx: Pick<SuspectContext, 'suspectAccount'>,
  vpcId: string,
): Promise<readonly VpcEndpoint[]> {
  const { region, partition } = ctx.suspectAccount;
  const prefix = partition === 'aws-cn' ? 'cn.com.amazonaws' : 'com.amazonaws';
  return listAll(ctx.suspectAccount, ec2.DescribeVpcEndpoints, {
    input: {
      Filters: [
        { Name: 'vpc-id', Values: [vpcId] },
        { Name: 'service-name', Values: SERVICES.map((name) => `${prefix}.${region}.${name}`) },
      ],
    },
    items: (page) => page.VpcEndpoints,
  });
}

const HTTPS = 443;

/**
 * Whether an endpoint's own groups let the quarantined suspect in. Where they admit only the groups that its neighbours
 * wear, they do not: SSM is lost with the swap, and nobody's endpoint is changed for it.
 */
export function admitsSuspect(
  rules: readonly GroupRule[],
  suspect: { readonly addresses: readonly string[]; readonly groupId: string },
): boolean {
  return rules.some(({ direction, protocol, fromPort, toPort, peer }) => {
    if (direction !== 'ingress') return false;
    const covers = protocol === '-1' || (protocol === 'tcp' && fromPort <= HTTPS && HTTPS <= toPort);
    const from = peer === suspect.groupId || suspect.addresses.some((address) => inCidrs(address, [peer]));
    return covers && from;
  });
}
