import type { Environment } from '@cordon/core';
import type { ConfiguredEnvironment, CordonConfig } from './config.js';

function isEnvironment(configured: ConfiguredEnvironment): configured is Environment {
  return 'account' in configured && typeof configured.account === 'function';
}

/** The configured environment; the AWS SDK is loaded only for those that need it. */
export async function environmentOf(config: CordonConfig): Promise<Environment> {
  const configured = await config.environment();
  if (isEnvironment(configured)) return configured;
  const { awsEnvironment } = await import('@cordon/core/aws');
  return awsEnvironment(configured);
}
