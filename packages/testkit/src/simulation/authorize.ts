import { evaluatePolicies, type PolicyDecision, type PolicyRequest } from './iam/policy.js';
import type { Principal } from './principal.js';
import type { SimulatedCall, SimulatedService } from './service.js';

/** The condition keys that every request has. */
export function globalContext(principal: Principal, region: string, now: Date): PolicyRequest['context'] {
  return {
    'aws:userid': principal.userId,
    'aws:PrincipalArn': principal.principalArn,
    'aws:PrincipalAccount': principal.accountId,
    'aws:PrincipalType': principal.kind === 'role' ? 'AssumedRole' : 'User',
    'aws:RequestedRegion': region,
    'aws:CurrentTime': now.toISOString(),
    'aws:SecureTransport': 'true',
    'aws:SourceIdentity': principal.sourceIdentity,
    ...Object.fromEntries(
      Object.entries(principal.tags ?? {}).map(([key, value]) => [`aws:PrincipalTag/${key}`, value]),
    ),
  };
}

/** What a principal's policies say, within its boundary. */
export function principalDecision(principal: Principal, request: PolicyRequest): PolicyDecision {
  const boundary = principal.boundary?.();
  const within = boundary === undefined ? 'allowed' : evaluatePolicies([boundary], request);
  return within === 'allowed' ? evaluatePolicies(principal.policies(), request) : within;
}

/** What the caller's own policies say. */
export function decide(call: SimulatedCall, request: PolicyRequest): PolicyDecision {
  const context = {
    ...globalContext(call.principal, call.region.name, call.world.now()),
    ...request.context,
  };
  return principalDecision(call.principal, { ...request, context });
}

/** @throws AwsError in the service's own shape when the caller's policies do not allow it */
export function authorize(service: SimulatedService, call: SimulatedCall, request: PolicyRequest): void {
  const decision = decide(call, request);
  if (decision === 'allowed') return;
  throw service.errors.denied({
    principal: call.principal.arn,
    action: request.action,
    resource: request.resource,
    decision,
  });
}
