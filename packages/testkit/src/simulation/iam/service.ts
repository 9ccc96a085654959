import * as sdk from '@aws-sdk/client-iam';
import type { SimulatedService } from '../service.js';
import { queryErrors } from '../service-errors.js';
import { inlinePolicyHandlers } from './inline-policies.js';
import { managedPolicyHandlers } from './managed-policies.js';
import { roleHandlers } from './role-handlers.js';
import { rolesOf } from './roles.js';
import { simulateHandlers } from './simulate.js';

export const iamService: SimulatedService = {
  id: 'iam',
  client: sdk.IAMClient,
  sdk,
  errors: queryErrors,
  handlers: { ...roleHandlers, ...inlinePolicyHandlers, ...managedPolicyHandlers, ...simulateHandlers },
  resource(_operation, { account, input }) {
    // Every field is looked at before it is used.
    const { RoleName: name } = input as { readonly RoleName?: string };
    if (name === undefined) return '*';
    return rolesOf(account).get(name)?.arn ?? `arn:aws:iam::${account.id}:role/${name}`;
  },
};
