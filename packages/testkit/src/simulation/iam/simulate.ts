import type { ContextEntry, EvaluationResult } from '@aws-sdk/client-iam';
import { globalContext } from '../authorize.js';
import type { Principal } from '../principal.js';
import type { Handlers, SimulatedCall } from '../service.js';
import { noSuchEntity } from './errors.js';
import { listOf } from './one-or-many.js';
import { iamPage } from './pages.js';
import { evaluatePolicies, type PolicyDocument, type PolicyRequest } from './policy.js';
import { roleByArn, sessionOf } from './roles.js';

type Iam = typeof import('@aws-sdk/client-iam');

function principalFor(call: SimulatedCall, arn: string): Principal {
  if (call.principal.principalArn === arn && call.principal.kind === 'user') return call.principal;
  const role = roleByArn(call.account, arn);
  if (role === undefined || role.account !== call.account) throw noSuchEntity(`No such entity ${arn}`);
  return sessionOf(role, { sessionName: 'simulation' });
}

function contextFrom(entries: readonly ContextEntry[]): PolicyRequest['context'] {
  return Object.fromEntries(
    entries.map(({ ContextKeyName, ContextKeyValues }) => [ContextKeyName ?? '', ContextKeyValues ?? []]),
  );
}

/** The keys that some condition asks for and the request did not bring: the answer is a guess without them. */
function missingKeys(policies: readonly PolicyDocument[], context: PolicyRequest['context']): string[] {
  const given = new Set(Object.keys(context).map((key) => key.toLowerCase()));
  const asked = policies
    .flatMap((policy) => listOf(policy.Statement))
    .flatMap((statement) => Object.values(statement.Condition ?? {}))
    .flatMap((keys) => Object.keys(keys));
  return [...new Set(asked)].filter((key) => !given.has(key.toLowerCase()));
}

export const simulateHandlers: Handlers<Iam, 'SimulatePrincipalPolicy'> = {
  SimulatePrincipalPolicy: (call) => {
    const { PolicySourceArn = '', ActionNames = [], ResourceArns = ['*'], ContextEntries = [] } = call.input;
    const principal = principalFor(call, PolicySourceArn);
    const policies = principal.policies();
    const given = contextFrom(ContextEntries);
    const context = { ...globalContext(principal, call.region.name, call.world.now()), ...given };
    const missing = missingKeys(policies, context);
    const results = ActionNames.flatMap((action) =>
      ResourceArns.map(
        (resource): EvaluationResult => ({
          EvalActionName: action,
          EvalResourceName: resource,
          EvalDecision: evaluatePolicies(policies, { action, resource, context }),
          MatchedStatements: [],
          MissingContextValues: missing,
        }),
      ),
    );
    const { items, ...rest } = iamPage(call, results);
    return { EvaluationResults: [...items], ...rest };
  },
};
