export {
  type PipelinePolicies,
  type PolicyDocument,
  type PolicyOptions,
  type PolicyStatement,
  policies,
} from './policies.js';
