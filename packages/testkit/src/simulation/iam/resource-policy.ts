import type { Principal } from '../principal.js';
import { listOf } from './one-or-many.js';
import { evaluatePolicies, type PolicyDocument, type PolicyRequest, type PolicyStatement } from './policy.js';
import { matchesWildcard } from './wildcard.js';

function concerns(statement: PolicyStatement, principal: Principal): boolean {
  const { Principal: named } = statement;
  if (named === undefined || named === '*') return named === '*';
  return listOf(named['AWS'] ?? []).some(
    (value) =>
      value === principal.accountId ||
      value === `arn:aws:iam::${principal.accountId}:root` ||
      matchesWildcard(value, principal.principalArn) ||
      value === principal.arn,
  );
}

/** What the policy of a bucket or an endpoint, whose statements name principals, says of a request. */
export function resourceDecision(
  policy: PolicyDocument | undefined,
  principal: Principal,
  request: PolicyRequest,
) {
  const statements = listOf(policy?.Statement ?? []).filter((statement) => concerns(statement, principal));
  return evaluatePolicies([{ Statement: statements }], request);
}
