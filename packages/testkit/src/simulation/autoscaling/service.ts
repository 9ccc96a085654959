import * as sdk from '@aws-sdk/client-auto-scaling';
import type { SimulatedService } from '../service.js';
import { queryErrors } from '../service-errors.js';
import { autoScalingGroupsOf } from './groups.js';
import { autoScalingHandlers } from './handlers.js';
import { planHandlers } from './plan-handlers.js';

export const autoScalingService: SimulatedService = {
  id: 'autoscaling',
  client: sdk.AutoScalingClient,
  sdk,
  errors: queryErrors,
  resource(operation, { region, input }) {
    // Every field is looked at before it is used; lists know no resource.
    const { AutoScalingGroupName: name } = input as { readonly AutoScalingGroupName?: string };
    if (operation.startsWith('Describe') || name === undefined) return '*';
    const unknown = region.arn('autoscaling', `autoScalingGroup:*:autoScalingGroupName/${name}`);
    return autoScalingGroupsOf(region).get(name)?.arn ?? unknown;
  },
  handlers: { ...autoScalingHandlers, ...planHandlers },
};
