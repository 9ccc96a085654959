export {
  type BucketPolicy,
  type BucketStatement,
  type EvidenceBucketOptions,
  evidenceBucketPolicy,
  evidenceReaderPolicy,
  type ReaderPolicy,
} from './evidence-bucket.js';
export {
  type GroupMakerOptions,
  type GroupMakerPolicy,
  groupMakerPolicy,
} from './policies/group-maker-policy.js';
export { type PipelinePolicies, type PolicyReasons, policies } from './policies/policies.js';
export type { PolicyCondition, PolicyDocument, PolicyStatement } from './policies/policy-document.js';
export type { PolicyOptions } from './policies/scope.js';
