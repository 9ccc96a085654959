import { s3Service } from '../s3/service.js';
import { ssmService } from '../ssm/service.js';
import { autoScalingService } from './autoscaling/service.js';
import { cloudTrailService } from './cloudtrail/service.js';
import { ec2Service } from './ec2/service.js';
import { loadBalancingService } from './elasticloadbalancing/service.js';
import { guardDutyService } from './guardduty/service.js';
import { iamService } from './iam/service.js';
import { kmsService } from './kms/service.js';
import { logsService } from './logs/service.js';
import { resolverService } from './route53resolver/service.js';
import type { SimulatedService } from './service.js';
import { snsService } from './sns/service.js';
import { sqsService } from './sqs/service.js';
import { stsService } from './sts/service.js';

/** Every service that `createWorld` puts behind the SDK. A new one is one more line here. */
export const SERVICES: readonly SimulatedService[] = [
  autoScalingService,
  cloudTrailService,
  ec2Service,
  guardDutyService,
  iamService,
  kmsService,
  loadBalancingService,
  logsService,
  resolverService,
  s3Service,
  snsService,
  sqsService,
  ssmService,
  stsService,
];
