// Only what Cordon calls: bundlers drop the rest of the SDK.
export {
  ListHostedZonesCommand,
  ListResourceRecordSetsCommand,
  Route53Client,
} from '@aws-sdk/client-route-53';
