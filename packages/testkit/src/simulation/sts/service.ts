import * as sdk from '@aws-sdk/client-sts';
import type { SimulatedService } from '../service.js';
import { queryErrors } from '../service-errors.js';
import { assumeRoleHandlers } from './assume-role.js';
import { identityHandlers } from './identity.js';

export const stsService: SimulatedService = {
  id: 'sts',
  client: sdk.STSClient,
  sdk,
  errors: queryErrors,
  // The first needs no permission, even under an explicit deny; the other asks both sides by itself.
  actions: { GetCallerIdentity: [], AssumeRole: [] },
  handlers: { ...identityHandlers, ...assumeRoleHandlers },
};
