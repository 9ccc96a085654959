import * as sdk from '@aws-sdk/client-s3';
import type { SimulatedService } from '../simulation/service.js';
import { s3Errors } from '../simulation/service-errors.js';
import { bucketHandlers } from './bucket-handlers.js';
import { lockHandlers } from './lock-handlers.js';
import { multipartHandlers } from './multipart-handlers.js';
import { objectHandlers } from './object-handlers.js';

export const s3Service: SimulatedService = {
  id: 's3',
  client: sdk.S3Client,
  sdk,
  errors: s3Errors,
  // Bucket policies and identity policies decide together.
  authorization: 'own',
  payloads: 'shared',
  handlers: { ...objectHandlers, ...multipartHandlers, ...bucketHandlers, ...lockHandlers },
};
