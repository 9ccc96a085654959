import * as sdk from '@aws-sdk/client-global-accelerator';
import type { SimulatedAccount } from '../account.js';
import { awsError } from '../errors.js';
import type { Handlers, SimulatedCall, SimulatedService } from '../service.js';
import { jsonErrors } from '../service-errors.js';
import { slice } from '../slice.js';

interface EndpointGroup {
  readonly region: string;
  /** Instances, Elastic IPs (`eipalloc-`), load balancers' ARNs. */
  readonly endpointIds: readonly string[];
}

interface Accelerator {
  readonly arn: string;
  readonly name: string;
  readonly listeners: readonly { readonly endpointGroups: readonly EndpointGroup[] }[];
}

const acceleratorsOf = slice((_account: SimulatedAccount) => new Map<string, Accelerator>());

/** Gives the account an accelerator; the answer is its ARN. */
export function addAccelerator(account: SimulatedAccount, options: Omit<Accelerator, 'arn'>): string {
  const arn = `arn:aws:globalaccelerator::${account.id}:accelerator/${account.world.uuid()}`;
  acceleratorsOf(account).set(arn, { ...options, arn });
  return arn;
}

interface Listed {
  readonly NextToken?: string | undefined;
  readonly MaxResults?: number | undefined;
}

function page<T>({ world, input }: SimulatedCall<Listed>, items: readonly T[]) {
  const { NextToken = '0', MaxResults = 10 } = input;
  if (!/^\d+$/.test(NextToken)) throw awsError('InvalidNextTokenException', 'Invalid next token');
  const from = Number(NextToken);
  const to = from + Math.min(MaxResults, world.pageSize);
  return { items: items.slice(from, to), next: to < items.length ? { NextToken: String(to) } : {} };
}

/** Elsewhere the name has no address: the service is asked in Oregon only. */
function assertOregon({ region }: SimulatedCall<unknown>): void {
  if (region.name === 'us-west-2') return;
  const host = `globalaccelerator.${region.name}.amazonaws.com`;
  throw Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND' });
}

function acceleratorOf(account: SimulatedAccount, arn: string | undefined): Accelerator {
  const found = acceleratorsOf(account).get((arn ?? '').split('/listener/')[0] ?? '');
  if (found === undefined) throw awsError('AcceleratorNotFoundException', `${arn} not found`);
  return found;
}

const handlers: Handlers<typeof sdk, 'ListAccelerators' | 'ListListeners' | 'ListEndpointGroups'> = {
  ListAccelerators: (call) => {
    assertOregon(call);
    const { items, next } = page(call, [...acceleratorsOf(call.account).values()]);
    return {
      Accelerators: items.map(({ arn, name }) => ({ AcceleratorArn: arn, Name: name, Status: 'DEPLOYED' })),
      ...next,
    };
  },

  ListListeners: (call) => {
    assertOregon(call);
    const { arn, listeners } = acceleratorOf(call.account, call.input.AcceleratorArn);
    const { items, next } = page(
      call,
      listeners.map((_, index) => ({
        ListenerArn: `${arn}/listener/${index}`,
        Protocol: 'TCP' as const,
        PortRanges: [{ FromPort: 443, ToPort: 443 }],
      })),
    );
    return { Listeners: [...items], ...next };
  },

  ListEndpointGroups: (call) => {
    assertOregon(call);
    const { ListenerArn: listenerArn = '' } = call.input;
    const listener = acceleratorOf(call.account, listenerArn).listeners[
      Number(listenerArn.split('/listener/')[1])
    ];
    if (listener === undefined) throw awsError('ListenerNotFoundException', `${listenerArn} not found`);
    const { items, next } = page(
      call,
      listener.endpointGroups.map(({ region, endpointIds }, index) => ({
        EndpointGroupArn: `${listenerArn}/endpoint-group/${index}`,
        EndpointGroupRegion: region,
        EndpointDescriptions: endpointIds.map((EndpointId) => ({ EndpointId, Weight: 128 })),
      })),
    );
    return { EndpointGroups: [...items], ...next };
  },
};

export const globalAcceleratorService: SimulatedService = {
  id: 'globalaccelerator',
  client: sdk.GlobalAcceleratorClient,
  sdk,
  errors: jsonErrors,
  handlers,
};
