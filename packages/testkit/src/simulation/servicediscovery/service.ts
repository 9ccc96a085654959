import * as sdk from '@aws-sdk/client-servicediscovery';
import type { SimulatedRegion } from '../account.js';
import { awsError } from '../errors.js';
import type { Handlers, SimulatedCall, SimulatedService } from '../service.js';
import { jsonErrors } from '../service-errors.js';
import { slice } from '../slice.js';

interface CloudMapService {
  readonly id: string;
  readonly name: string;
  readonly instances: readonly {
    readonly id: string;
    readonly attributes: Readonly<Record<string, string>>;
  }[];
}

const cloudMapServicesOf = slice((_region: SimulatedRegion) => new Map<string, CloudMapService>());

/** Registers a service of Cloud Map with its instances; the answer is its id. */
export function addCloudMapService(region: SimulatedRegion, options: Omit<CloudMapService, 'id'>): string {
  const id = `srv-${region.world.id('s').slice(2, 18)}`;
  cloudMapServicesOf(region).set(id, { ...options, id });
  return id;
}

interface Listed {
  readonly NextToken?: string | undefined;
  readonly MaxResults?: number | undefined;
}

function page<T>({ world, input }: SimulatedCall<Listed>, items: readonly T[]) {
  const { NextToken = '0', MaxResults = 100 } = input;
  if (!/^\d+$/.test(NextToken)) throw awsError('InvalidInput', 'Invalid NextToken');
  const from = Number(NextToken);
  const to = from + Math.min(MaxResults, world.pageSize);
  return { items: items.slice(from, to), next: to < items.length ? { NextToken: String(to) } : {} };
}

const handlers: Handlers<typeof sdk, 'ListServices' | 'ListInstances'> = {
  ListServices: (call) => {
    const { items, next } = page(call, [...cloudMapServicesOf(call.region).values()]);
    return {
      Services: items.map(({ id, name, instances }) => ({
        Id: id,
        Arn: call.region.arn('servicediscovery', `service/${id}`),
        Name: name,
        InstanceCount: instances.length,
      })),
      ...next,
    };
  },

  ListInstances: (call) => {
    const service = cloudMapServicesOf(call.region).get(call.input.ServiceId ?? '');
    if (service === undefined) throw awsError('ServiceNotFound', `${call.input.ServiceId} does not exist.`);
    const { items, next } = page(call, service.instances);
    return {
      Instances: items.map(({ id, attributes }) => ({ Id: id, Attributes: { ...attributes } })),
      ...next,
    };
  },
};

export const cloudMapService: SimulatedService = {
  id: 'servicediscovery',
  client: sdk.ServiceDiscoveryClient,
  sdk,
  errors: jsonErrors,
  handlers,
};
