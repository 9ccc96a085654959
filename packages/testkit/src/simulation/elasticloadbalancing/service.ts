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
  resource(operation, { input }) {
    // Every field is looked at before it is used; lists know no resource.
    const { TargetGroupArn: arn } = input as { readonly TargetGroupArn?: string };
    return operation.startsWith('Describe') ? '*' : (arn ?? '*');
  },
  handlers: { ...loadBalancingHandlers, ...loadBalancerHandlers },
};
