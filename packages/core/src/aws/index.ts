export { defineOperations, type OperationTraits, type Service, serviceOf } from './operation.js';
export {
  autoscaling,
  cloudtrail,
  ec2,
  elasticloadbalancing,
  guardduty,
  iam,
  kms,
  s3,
  ssm,
  sts,
} from './operations.js';
