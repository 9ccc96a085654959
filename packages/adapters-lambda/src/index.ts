export {
  type BucketPolicy,
  type BucketStatement,
  type EvidenceBucketOptions,
  evidenceBucketPolicy,
  evidenceReaderPolicy,
  type ReaderPolicy,
} from './evidence-bucket.js';
export {
  type PipelinePolicies,
  type PolicyDocument,
  type PolicyOptions,
  type PolicyStatement,
  policies,
} from './policies.js';
