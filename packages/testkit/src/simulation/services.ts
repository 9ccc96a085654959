import { iamService } from './iam/service.js';
import type { SimulatedService } from './service.js';
import { stsService } from './sts/service.js';

/** Every service that `createWorld` puts behind the SDK. A new one is one more line here. */
export const SERVICES: readonly SimulatedService[] = [iamService, stsService];
