// Only what Cordon calls: bundlers drop the rest of the SDK.
export {
  CloudTrailClient,
  LookupEventsCommand,
} from '@aws-sdk/client-cloudtrail';
