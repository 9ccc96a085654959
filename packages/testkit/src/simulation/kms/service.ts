import * as sdk from '@aws-sdk/client-kms';
import { awsError } from '../errors.js';
import type { SimulatedService } from '../service.js';
import { jsonErrors } from '../service-errors.js';
import { kmsHandlers } from './handlers.js';
import { findKey } from './keys.js';

export const kmsService: SimulatedService = {
  id: 'kms',
  client: sdk.KMSClient,
  sdk,
  errors: {
    ...jsonErrors,
    internal: () => awsError('KMSInternalException', 'An internal error occurred', { status: 500 }),
  },
  handlers: kmsHandlers,
  resource(_operation, { region, input }) {
    // Every field is looked at before it is used.
    const { KeyId: name } = input as { readonly KeyId?: string };
    return name === undefined ? '*' : (findKey(region, name)?.arn ?? region.arn('kms', `key/${name}`));
  },
};
