import * as sdk from '@aws-sdk/client-sqs';
import { awsError } from '../errors.js';
import type { SimulatedService } from '../service.js';
import { jsonErrors } from '../service-errors.js';
import { sqsHandlers } from './handlers.js';
import { queuesOf } from './queues.js';

export const sqsService: SimulatedService = {
  id: 'sqs',
  client: sdk.SQSClient,
  sdk,
  errors: {
    ...jsonErrors,
    throttled: () => awsError('RequestThrottled', 'Rate exceeded', { status: 403 }),
    internal: () => awsError('InternalFailure', 'An internal failure occurred', { status: 500 }),
  },
  handlers: sqsHandlers,
  resource(_operation, { region, input }) {
    // Looked at before it is used.
    const { QueueUrl: url = '' } = input as { readonly QueueUrl?: string };
    return queuesOf(region).get(url)?.arn ?? '*';
  },
};
