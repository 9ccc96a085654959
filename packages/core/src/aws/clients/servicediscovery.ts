// Only what Cordon calls: bundlers drop the rest of the SDK.
export {
  ListInstancesCommand,
  ListServicesCommand,
  ServiceDiscoveryClient,
} from '@aws-sdk/client-servicediscovery';
