// Only what Cordon calls: bundlers drop the rest of the SDK.
export { fromNodeProviderChain } from '@aws-sdk/credential-providers';
