// Only what Cordon calls: bundlers drop the rest of the SDK.
export {
  GetFindingsCommand,
  GuardDutyClient,
} from '@aws-sdk/client-guardduty';
