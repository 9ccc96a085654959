import type { SpotInstanceRequest } from '@aws-sdk/client-ec2';
import type { Handlers } from '../service.js';
import { type FilterTable, filtered } from './filters.js';
import { instancesOf, type SimulatedInstance } from './instances.js';
import { paged } from './pages.js';

type Ec2 = typeof import('@aws-sdk/client-ec2');

const FILTERS: FilterTable<SpotInstanceRequest> = {
  'instance-id': (one) => one.InstanceId,
  'spot-instance-request-id': (one) => one.SpotInstanceRequestId,
  state: (one) => one.State,
  type: (one) => one.Type,
};

/** The request that a Spot Instance came from. */
export function spotRequestId(instance: SimulatedInstance): string {
  return `sir-${instance.id.slice(-8)}`;
}

export const spotHandlers: Handlers<Ec2, 'DescribeSpotInstanceRequests'> = {
  DescribeSpotInstanceRequests: (call) => {
    const { SpotInstanceRequestIds: ids = [], Filters } = call.input;
    const requests = instancesOf(call.region)
      .visible()
      .filter((instance) => instance.lifecycle === 'spot')
      .map((instance) => ({
        SpotInstanceRequestId: spotRequestId(instance),
        InstanceId: instance.id,
        State: 'active' as const,
        Type: instance.spotType,
        InstanceInterruptionBehavior: 'terminate' as const,
        Tags: [],
      }))
      .filter((one) => ids.length === 0 || ids.includes(one.SpotInstanceRequestId));
    const { items, next } = paged(call, filtered(requests, Filters, FILTERS), { ids });
    return { SpotInstanceRequests: items, ...next };
  },
};
