// Only what Cordon calls: bundlers drop the rest of the SDK.
export {
  AssumeRoleCommand,
  GetCallerIdentityCommand,
  STSClient,
} from '@aws-sdk/client-sts';
