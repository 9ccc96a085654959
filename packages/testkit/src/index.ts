export { VirtualClock } from './clock.js';
export {
  addBucket,
  type BucketOptions,
  buckets,
  currentObject,
  type ObjectVersion,
  type SimulatedBucket,
} from './s3/bucket.js';
export { type S3Endpoint, s3Endpoint } from './s3/endpoint.js';
export { s3Service } from './s3/service.js';
export { type PlantedTreeOptions, plantTree } from './scenario/planted-tree.js';
export { PLANTS, type Plant } from './scenario/plants.js';
export { crashHere, isDead, runProcess, SimulatedCrash } from './simulated-process.js';
export { SimulatedAccount, SimulatedRegion } from './simulation/account.js';
export { CallLog, type LoggedCall } from './simulation/call-log.js';
export { AwsError, type AwsErrorOptions, awsError, NotSimulated, timeoutError } from './simulation/errors.js';
export {
  type Fault,
  type FaultKind,
  type FaultRule,
  Faults,
  type RandomFaults,
} from './simulation/faults.js';
export {
  ADMINISTRATOR_ACCESS,
  evaluatePolicies,
  type PolicyDecision,
  type PolicyDocument,
  type PolicyRequest,
  type PolicyStatement,
} from './simulation/iam/policy.js';
export {
  addInstanceProfile,
  addManagedPolicy,
  addRole,
  type InstanceProfile,
  instanceCredentials,
  type ProfileOptions,
  type RoleOptions,
  type SimulatedRole,
} from './simulation/iam/roles.js';
export { registerService } from './simulation/install.js';
export type { Credentials, Principal } from './simulation/principal.js';
export { Random } from './simulation/random.js';
export type { Handler, Handlers, SimulatedCall, SimulatedService } from './simulation/service.js';
export {
  ec2Errors,
  jsonErrors,
  queryErrors,
  type ServiceErrors,
  s3Errors,
} from './simulation/service-errors.js';
export { slice } from './simulation/slice.js';
export { createWorld, SimulatedWorld, type WorldOptions } from './simulation/world.js';
