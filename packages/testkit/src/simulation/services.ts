import { s3Service } from '../s3/service.js';
import { ec2Service } from './ec2/service.js';
import { iamService } from './iam/service.js';
import { kmsService } from './kms/service.js';
import type { SimulatedService } from './service.js';
import { stsService } from './sts/service.js';

/** Every service that `createWorld` puts behind the SDK. A new one is one more line here. */
export const SERVICES: readonly SimulatedService[] = [
  ec2Service,
  iamService,
  kmsService,
  s3Service,
  stsService,
];
