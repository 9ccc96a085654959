// Only what Cordon calls: bundlers drop the rest of the SDK.
export {
  GetResolverQueryLogConfigCommand,
  ListResolverQueryLogConfigAssociationsCommand,
  Route53ResolverClient,
} from '@aws-sdk/client-route53resolver';
