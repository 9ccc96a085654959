export { type PlaceInS3, placeInS3 } from '../evidence/place-in-s3.js';
export type { Retention } from '../evidence/retention.js';
export type { S3Place } from '../evidence/s3-bucket.js';
export { type S3EvidenceOptions, s3Evidence } from '../evidence/s3-evidence.js';
export { type S3JournalOptions, s3Journal } from '../journal/s3-journal.js';
export { type AwsAccountOptions, awsAccount } from './account.js';
export { AgentPulse } from './agent-pulse.js';
export type { ClientDefaults, ServiceDefaults } from './client.js';
export { CONFIRM_FINDING_ACTIONS, confirmFinding } from './confirm-finding.js';
export type { CredentialProvider, Credentials } from './credentials.js';
export { type AwsEnvironmentOptions, awsEnvironment } from './environment.js';
export { commandFailure, type EndedCommand, hostAnswer } from './host-answer.js';
export { composeCommand, scriptSha256 } from './host-command.js';
export { KMS_ANCHOR_ACTIONS, type KmsAnchorOptions, kmsAnchor } from './kms-anchor.js';
export { defineOperations, type OperationTraits, type Service, serviceOf } from './operation.js';
export {
  autoscaling,
  cloudtrail,
  ec2,
  elasticloadbalancing,
  globalaccelerator,
  guardduty,
  iam,
  kms,
  logs,
  route53,
  route53resolver,
  s3,
  servicediscovery,
  ssm,
  sts,
} from './operations.js';
export {
  type Rehearsal,
  type RehearsalOptions,
  type RehearsedAction,
  type RehearsedAnswer,
  rehearse,
} from './rehearsal/rehearse.js';
export { type SsmHostOptions, ssmHost } from './remote-host.js';
export { RequestLimits } from './request-limits.js';
export { type ReadableObject, type S3Reading, type S3ReadingOptions, s3Reading } from './s3-reading.js';
export { type AwsSessions, type AwsSessionsOptions, awsSessions, type SessionTarget } from './sessions.js';
export type { StagingTarget, UploadedPart, UploadProgress } from './staged-object.js';
export {
  missingParts,
  PARTS_PER_SHEET,
  STAGED_UPLOAD_ACTIONS,
  type StagedUpload,
  stagedUpload,
} from './staged-upload.js';
export { partBytes, planUpload, type UploadPlan } from './upload-plan.js';
