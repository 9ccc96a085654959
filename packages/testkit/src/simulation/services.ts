import { s3Service } from '../s3/service.js';
import { ssmService } from '../ssm/service.js';
import { autoScalingService } from './autoscaling/service.js';
import { cloudTrailService } from './cloudtrail/service.js';
import { ec2Service } from './ec2/service.js';
import { loadBalancingService } from './elasticloadbalancing/service.js';
import { globalAcceleratorService } from './globalaccelerator/service.js';
import { guardDutyService } from './guardduty/service.js';
import { iamService } from './iam/service.js';
import { kmsService } from './kms/service.js';
import { logsService } from './logs/service.js';
import { route53Service } from './route53/service.js';
import { resolverService } from './route53resolver/service.js';
import type { SimulatedService } from './service.js';
import { cloudMapService } from './servicediscovery/service.js';
import { snsService } from './sns/service.js';
import { sqsService } from './sqs/service.js';
import { stsService } from './sts/service.js';

/** Every service that `createWorld` puts behind the SDK. A new one is one more line here. */
export const SERVICES: readonly SimulatedService[] = [
  autoScalingService,
  cloudMapService,
  cloudTrailService,
  ec2Service,
  globalAcceleratorService,
  guardDutyService,
  iamService,
  kmsService,
  loadBalancingService,
  logsService,
  resolverService,
  route53Service,
  s3Service,
  snsService,
  sqsService,
  ssmService,
  stsService,
];
