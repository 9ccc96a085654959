import * as sdk from '@aws-sdk/client-sts';
import type { SimulatedService } from '../service.js';
import { queryErrors } from '../service-errors.js';
import { identityHandlers } from './identity.js';

export const stsService: SimulatedService = {
  id: 'sts',
  client: sdk.STSClient,
  sdk,
  errors: queryErrors,
  // Needs no permission, even under an explicit deny.
  actions: { GetCallerIdentity: [] },
  handlers: { ...identityHandlers },
};
