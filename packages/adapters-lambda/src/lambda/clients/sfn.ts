// Only what Cordon calls: bundlers drop the rest of the SDK.
export { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
