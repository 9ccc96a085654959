import * as sdk from '@aws-sdk/client-elastic-load-balancing-v2';
import type { SimulatedService } from '../service.js';
import { queryErrors } from '../service-errors.js';
import { loadBalancingHandlers } from './handlers.js';
import { loadBalancerHandlers } from './load-balancers.js';

export const loadBalancingService: SimulatedService = {
  id: 'elasticloadbalancing',
  client: sdk.ElasticLoadBalancingV2Client,
  sdk,
  errors: queryErrors,
  handlers: { ...loadBalancingHandlers, ...loadBalancerHandlers },
};
