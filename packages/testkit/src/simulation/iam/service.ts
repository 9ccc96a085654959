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
  subjects(operation, { account, input }) {
    // Every field is looked at before it is used.
    const fields = input as {
      readonly RoleName?: string;
      readonly PolicyName?: string;
      readonly PolicyArn?: string;
    };
    const { RoleName: role, PolicyName: policy, PolicyArn: arn } = fields;
    const context = arn === undefined ? {} : { 'iam:PolicyARN': arn };
    if (role !== undefined) {
      const resource = rolesOf(account).get(role)?.arn ?? `arn:aws:iam::${account.id}:role/${role}`;
      return [{ resource, context }];
    }
    const made = operation === 'CreatePolicy' ? `arn:aws:iam::${account.id}:policy/${policy}` : '*';
    return [{ resource: arn ?? made }];
  },
};
