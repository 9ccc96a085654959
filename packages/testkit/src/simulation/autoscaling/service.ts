import * as sdk from '@aws-sdk/client-auto-scaling';
import type { SimulatedService } from '../service.js';
import { queryErrors } from '../service-errors.js';
import { autoScalingHandlers } from './handlers.js';
import { planHandlers } from './plan-handlers.js';

export const autoScalingService: SimulatedService = {
  id: 'autoscaling',
  client: sdk.AutoScalingClient,
  sdk,
  errors: queryErrors,
  handlers: { ...autoScalingHandlers, ...planHandlers },
};
