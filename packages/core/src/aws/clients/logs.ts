// Only what Cordon calls: bundlers drop the rest of the SDK.
export {
  CloudWatchLogsClient,
  FilterLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
