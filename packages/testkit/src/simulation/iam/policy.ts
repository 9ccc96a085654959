import { conditionHolds } from './condition.js';
import { listOf, type OneOrMany } from './one-or-many.js';
import { matchesAny } from './wildcard.js';

/** A condition block: operator -> key -> values. */
export type PolicyCondition = Readonly<
  Record<string, Readonly<Record<string, OneOrMany<string | boolean | number>>>>
>;

export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: OneOrMany<string>;
  readonly NotAction?: OneOrMany<string>;
  readonly Resource?: OneOrMany<string>;
  readonly NotResource?: OneOrMany<string>;
  readonly Principal?: '*' | Readonly<Record<string, OneOrMany<string>>>;
  readonly Condition?: PolicyCondition;
}

export interface PolicyDocument {
  readonly Version?: string;
  readonly Id?: string;
  readonly Statement: OneOrMany<PolicyStatement>;
}

/** What is asked of a policy. */
export interface PolicyRequest {
  readonly action: string;
  readonly resource: string;
  /** Condition keys that are present in the request, in AWS's spelling (compared without case). */
  readonly context: Readonly<Record<string, OneOrMany<string> | undefined>>;
}

/** In IAM's own words, as `SimulatePrincipalPolicy` gives them. */
export type PolicyDecision = 'allowed' | 'explicitDeny' | 'implicitDeny';

function actionMatches(statement: PolicyStatement, action: string): boolean {
  if (statement.NotAction !== undefined) return !matchesAny(listOf(statement.NotAction), action, 'any-case');
  return matchesAny(listOf(statement.Action), action, 'any-case');
}

function resourceMatches(statement: PolicyStatement, resource: string): boolean {
  if (statement.NotResource !== undefined)
    return !matchesAny(listOf(statement.NotResource), resource, 'exact-case');
  // Trust policies have no resource.
  if (statement.Resource === undefined) return true;
  return matchesAny(listOf(statement.Resource), resource, 'exact-case');
}

/** Whether a statement speaks of this request (its `Principal` apart). */
export function statementApplies(statement: PolicyStatement, request: PolicyRequest): boolean {
  return (
    actionMatches(statement, request.action) &&
    resourceMatches(statement, request.resource) &&
    conditionHolds(statement.Condition ?? {}, request.context)
  );
}

/** IAM's rule: a deny beats every allow, and what nobody allows is denied. */
export function evaluatePolicies(
  documents: readonly PolicyDocument[],
  request: PolicyRequest,
): PolicyDecision {
  const applying = documents
    .flatMap((document) => listOf(document.Statement))
    .filter((statement) => statementApplies(statement, request));
  if (applying.some((statement) => statement.Effect === 'Deny')) return 'explicitDeny';
  return applying.length > 0 ? 'allowed' : 'implicitDeny';
}

/** The managed policy everybody knows. */
export const ADMINISTRATOR_ACCESS: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
};
