import type { AssumeRoleCommandInput } from '@aws-sdk/client-sts';
import { awsError, NotSimulated } from '../errors.js';
import { listOf } from '../iam/one-or-many.js';
import { type PolicyStatement, statementApplies } from '../iam/policy.js';
import { roleByArn, type SimulatedRole, sessionOf } from '../iam/roles.js';
import type { Principal } from '../principal.js';
import type { Handlers, SimulatedCall } from '../service.js';

type Sts = typeof import('@aws-sdk/client-sts');
type AssumeCall = SimulatedCall<AssumeRoleCommandInput>;

const CHAINED_SECONDS = 3_600;

function denied(principal: Principal, action: string, arn: string) {
  const message = `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${arn}`;
  return awsError('AccessDenied', message, { status: 403 });
}

/** `account` names a whole account, whose own policies must then allow it too; `exact` names the caller. */
function namesPrincipal(statement: PolicyStatement, principal: Principal): 'account' | 'exact' | undefined {
  if (statement.Principal === undefined) return undefined;
  const named = statement.Principal === '*' ? ['*'] : listOf(statement.Principal['AWS']);
  if (named.some((name) => name === principal.principalArn || name === principal.arn)) return 'exact';
  const wholeAccount = [principal.accountId, `arn:aws:iam::${principal.accountId}:root`, '*'];
  return named.some((name) => wholeAccount.includes(name)) ? 'account' : undefined;
}

function trustContext(call: AssumeCall) {
  const { ExternalId, RoleSessionName, SourceIdentity, Tags = [] } = call.input;
  return {
    'sts:ExternalId': ExternalId,
    'sts:RoleSessionName': RoleSessionName,
    'sts:SourceIdentity': SourceIdentity,
    'aws:PrincipalArn': call.principal.principalArn,
    'aws:PrincipalAccount': call.principal.accountId,
    'aws:TagKeys': Tags.map((tag) => tag.Key ?? ''),
    ...Object.fromEntries(Tags.map((tag) => [`aws:RequestTag/${tag.Key}`, tag.Value])),
  };
}

/** The role's own door: its trust policy, and across accounts (or for a whole account) the caller's policies too. */
function checkTrust(call: AssumeCall, role: SimulatedRole, action: string): void {
  const context = trustContext(call);
  const applying = listOf(role.trust.Statement)
    .map((statement) => ({ statement, named: namesPrincipal(statement, call.principal) }))
    .filter(({ statement, named }) => {
      return named !== undefined && statementApplies(statement, { action, resource: role.arn, context });
    });
  if (applying.some(({ statement }) => statement.Effect === 'Deny') || applying.length === 0) {
    throw denied(call.principal, action, role.arn);
  }
  const sameAccount = role.account.id === call.principal.accountId;
  const own = call.decide(action, role.arn, context);
  if (own === 'implicitDeny' && sameAccount && applying.some(({ named }) => named === 'exact')) return;
  if (own !== 'allowed') throw denied(call.principal, action, role.arn);
}

function checkInput(call: AssumeCall): void {
  const { RoleSessionName: name = '', Policy, PolicyArns } = call.input;
  if (Policy !== undefined || PolicyArns !== undefined) throw new NotSimulated('a session policy');
  if (/^[\w+=,.@-]{2,64}$/.test(name)) return;
  throw awsError(
    'ValidationError',
    `1 validation error detected: Value '${name}' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*`,
  );
}

function durationSeconds(call: AssumeCall, role: SimulatedRole): number {
  const seconds = call.input.DurationSeconds ?? CHAINED_SECONDS;
  if (seconds < 900) {
    throw awsError(
      'ValidationError',
      `1 validation error detected: Value '${seconds}' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900`,
    );
  }
  if (call.principal.kind === 'role' && seconds > CHAINED_SECONDS) {
    throw awsError(
      'ValidationError',
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
    );
  }
  if (seconds <= role.maxSessionSeconds) return seconds;
  throw awsError(
    'ValidationError',
    'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
  );
}

/** Once set it goes along every chain and cannot be exchanged. */
function sourceIdentity(call: AssumeCall, role: SimulatedRole): string | undefined {
  const asked = call.input.SourceIdentity ?? call.principal.sourceIdentity;
  if (asked === undefined) return undefined;
  checkTrust(call, role, 'sts:SetSourceIdentity');
  const before = call.principal.sourceIdentity;
  if (before !== undefined && before !== asked)
    throw denied(call.principal, 'sts:SetSourceIdentity', role.arn);
  return asked;
}

function assumable(call: AssumeCall): SimulatedRole {
  const arn = call.input.RoleArn ?? '';
  const role = roleByArn(call.account, arn);
  // AWS does not tell a role that is missing from one that is closed.
  if (role === undefined) throw denied(call.principal, 'sts:AssumeRole', arn);
  checkTrust(call, role, 'sts:AssumeRole');
  if ((call.input.Tags ?? []).length > 0) checkTrust(call, role, 'sts:TagSession');
  return role;
}

export const assumeRoleHandlers: Handlers<Sts, 'AssumeRole'> = {
  AssumeRole: (call) => {
    checkInput(call);
    const role = assumable(call);
    const identity = sourceIdentity(call, role);
    const expiration = new Date(call.world.now().getTime() + durationSeconds(call, role) * 1_000);
    const tags = Object.fromEntries((call.input.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
    const session = sessionOf(role, {
      sessionName: call.input.RoleSessionName ?? '',
      tags,
      ...(identity === undefined ? {} : { sourceIdentity: identity }),
    });
    const keys = call.world.issueKeys(session, expiration);
    role.lastUsed = { at: call.world.now(), region: call.region.name };
    return {
      Credentials: {
        AccessKeyId: keys.accessKeyId,
        SecretAccessKey: keys.secretAccessKey,
        SessionToken: keys.sessionToken,
        Expiration: expiration,
      },
      AssumedRoleUser: { AssumedRoleId: session.userId, Arn: session.arn },
      ...(identity === undefined ? {} : { SourceIdentity: identity }),
      PackedPolicySize: 0,
    };
  },
};
