import type { SimulatedAccount } from '../account.js';
import { awsError } from '../errors.js';
import { lagSeconds } from '../lag.js';
import type { Handlers } from '../service.js';
import { noSuchEntity, roleNamed, validationError } from './errors.js';
import { listOf } from './one-or-many.js';
import { iamPage } from './pages.js';
import type { PolicyDocument } from './policy.js';
import { encodeDocument } from './role-handlers.js';
import type { RolePolicy, SimulatedRole } from './roles.js';

type Iam = typeof import('@aws-sdk/client-iam');

/**
 * All inline policies of a role together, white space not counted:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
const MOST_INLINE_CHARACTERS = 10_240;

function malformed(message: string): Error {
  return awsError('MalformedPolicyDocument', message);
}

/** @throws AwsError `MalformedPolicyDocument` */
export function parseDocument(text: string): PolicyDocument {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw malformed('Syntax errors in policy.');
  }
  // Checked field by field below.
  const document = parsed as Partial<PolicyDocument>;
  const statements = listOf(document.Statement);
  if (statements.length === 0) throw malformed('Syntax error in policy: missing Statement.');
  for (const statement of statements) {
    if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny')
      throw malformed('Syntax errors in policy.');
    if ((statement.Action === undefined) === (statement.NotAction === undefined)) {
      throw malformed('Policy statement must contain actions.');
    }
    if (statement.Resource === undefined && statement.NotResource === undefined) {
      throw malformed('Policy statement must contain resources.');
    }
    if (statement.Principal !== undefined) throw malformed('Policy document should not specify a principal.');
  }
  return document as PolicyDocument;
}

/** Service-linked roles are AWS's to change. */
export function modifiable(account: SimulatedAccount, name: string | undefined): SimulatedRole {
  const role = roleNamed(account, name);
  if (!role.path.startsWith('/aws-service-role/')) return role;
  throw awsError(
    'UnmodifiableEntity',
    `Cannot perform the operation on the protected role '${name}' - this role is only modifiable by AWS`,
  );
}

function sizeOf(policies: Iterable<RolePolicy>): number {
  return [...policies].reduce((sum, policy) => sum + policy.text.replace(/\s/g, '').length, 0);
}

/** The old text goes on being applied until the change has spread. */
function fade(role: SimulatedRole, name: string, untilMs: number): void {
  const old = role.inline.get(name);
  if (old === undefined || untilMs <= role.account.world.now().getTime()) return;
  role.fading.set(name, { ...old, untilMs });
}

function policyNamed(role: SimulatedRole, name: string | undefined): RolePolicy {
  const policy = role.inline.get(name ?? '');
  if (policy === undefined) throw noSuchEntity(`The role policy with name ${name} cannot be found.`);
  return policy;
}

export const inlinePolicyHandlers: Handlers<
  Iam,
  'PutRolePolicy' | 'DeleteRolePolicy' | 'GetRolePolicy' | 'ListRolePolicies'
> = {
  PutRolePolicy: ({ account, world, input }) => {
    const { PolicyName: name = '', PolicyDocument: text = '' } = input;
    if (!/^[\w+=,.@-]{1,128}$/.test(name)) {
      throw validationError(`The specified value for policyName is invalid: ${name}`);
    }
    const role = modifiable(account, input.RoleName);
    const effectiveFromMs = world.now().getTime() + lagSeconds(world) * 1_000;
    const policy: RolePolicy = { text, document: parseDocument(text), effectiveFromMs };
    const others = [...role.inline].filter(([other]) => other !== name).map(([, other]) => other);
    if (sizeOf([...others, policy]) > MOST_INLINE_CHARACTERS) {
      throw awsError(
        'LimitExceeded',
        `Maximum policy size of ${MOST_INLINE_CHARACTERS} bytes exceeded for role ${role.name}`,
        { status: 409 },
      );
    }
    fade(role, name, effectiveFromMs);
    role.inline.set(name, policy);
    return {};
  },

  DeleteRolePolicy: ({ account, world, input }) => {
    const role = modifiable(account, input.RoleName);
    policyNamed(role, input.PolicyName);
    fade(role, input.PolicyName ?? '', world.now().getTime() + lagSeconds(world) * 1_000);
    role.inline.delete(input.PolicyName ?? '');
    return {};
  },

  GetRolePolicy: ({ account, input }) => {
    const policy = policyNamed(roleNamed(account, input.RoleName), input.PolicyName);
    return {
      RoleName: input.RoleName,
      PolicyName: input.PolicyName,
      PolicyDocument: encodeDocument(policy.text),
    };
  },

  ListRolePolicies: (call) => {
    const names = [...roleNamed(call.account, call.input.RoleName).inline.keys()].sort();
    const { items, ...rest } = iamPage(call, names);
    return { PolicyNames: [...items], ...rest };
  },
};
