import { globalContext, principalDecision } from '../simulation/authorize.js';
import type { PolicyRequest } from '../simulation/iam/policy.js';
import { resourceDecision } from '../simulation/iam/resource-policy.js';
import type { Principal } from '../simulation/principal.js';
import { s3Errors } from '../simulation/service-errors.js';
import type { SimulatedWorld } from '../simulation/world.js';
import type { SimulatedBucket } from './bucket.js';
import { s3Error } from './errors.js';

/** Who does something to a bucket, over the SDK or over HTTP. */
export interface Caller {
  readonly world: SimulatedWorld;
  readonly principal: Principal;
  readonly region: string;
}

/**
 * S3's own rule: in the bucket's account either the identity's policies or the bucket's allow; from another account
 * both must. A deny in either wins.
 *
 * @throws AwsError AccessDenied
 */
export function demand(
  caller: Caller,
  bucket: SimulatedBucket,
  what: {
    readonly action: string;
    readonly key?: string | undefined;
    readonly context?: PolicyRequest['context'];
  },
): void {
  const arn = `arn:aws:s3:::${bucket.name}`;
  const request: PolicyRequest = {
    action: what.action,
    resource: what.key === undefined ? arn : `${arn}/${what.key}`,
    context: { ...globalContext(caller.principal, caller.region, caller.world.now()), ...what.context },
  };
  const identity = principalDecision(caller.principal, request);
  const policy = resourceDecision(bucket.policy, caller.principal, request);
  if (identity !== 'explicitDeny' && policy !== 'explicitDeny') {
    const own = caller.principal.accountId === bucket.account;
    const allowed = [identity, policy].filter((decision) => decision === 'allowed').length;
    if (allowed === 2 || (own && allowed === 1)) return;
  }
  const denied = { principal: caller.principal.arn, action: what.action, resource: request.resource };
  if (policy === 'explicitDeny')
    throw s3Error.accessDenied(
      `User: ${denied.principal} is not authorized to perform: ${denied.action} on resource: "${denied.resource}" with an explicit deny in a resource-based policy`,
    );
  throw s3Errors.denied({ ...denied, decision: identity === 'allowed' ? 'implicitDeny' : identity });
}
