// Only what Cordon calls: bundlers drop the rest of the SDK.
export {
  CreateGrantCommand,
  DescribeKeyCommand,
  GetPublicKeyCommand,
  KMSClient,
  SignCommand,
  VerifyCommand,
} from '@aws-sdk/client-kms';
