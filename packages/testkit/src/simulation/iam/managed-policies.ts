import type { SimulatedAccount } from '../account.js';
import { awsError } from '../errors.js';
import { lagSeconds } from '../lag.js';
import type { Handlers } from '../service.js';
import { noSuchEntity, validationError } from './errors.js';
import { modifiable, parseDocument } from './inline-policies.js';
import { iamPage } from './pages.js';
import { encodeDocument } from './role-handlers.js';
import { documentOf, type ManagedPolicy, managedPoliciesOf, rolesOf } from './roles.js';

type Iam = typeof import('@aws-sdk/client-iam');

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const MOST = { characters: 6_144, versions: 5, perRole: 10 } as const;

function limitExceeded(message: string): Error {
  return awsError('LimitExceeded', message, { status: 409 });
}

/** What was made a moment ago is not known yet. */
function policyNamed(account: SimulatedAccount, arn: string | undefined): ManagedPolicy {
  const policy = managedPoliciesOf(account).get(arn ?? '');
  if (policy === undefined || policy.knownFromMs > account.world.now().getTime())
    throw noSuchEntity(`Policy ${arn} was not found.`);
  return policy;
}

function checkSize(text: string): void {
  if (text.replace(/\s/g, '').length > MOST.characters)
    throw limitExceeded(`Cannot exceed quota for PolicySize: ${MOST.characters}`);
}

function wearersOf(account: SimulatedAccount, arn: string) {
  return [...rolesOf(account).values()].filter(
    (role) => role.attached.includes(arn) || role.boundary === arn,
  );
}

const described = ({ arn, name, defaultId }: ManagedPolicy, account: SimulatedAccount) => ({
  PolicyName: name,
  Arn: arn,
  DefaultVersionId: defaultId,
  AttachmentCount: wearersOf(account, arn).length,
  IsAttachable: true,
});

export const managedPolicyHandlers: Handlers<
  Iam,
  | 'CreatePolicy'
  | 'CreatePolicyVersion'
  | 'DeletePolicy'
  | 'DeletePolicyVersion'
  | 'GetPolicy'
  | 'GetPolicyVersion'
  | 'ListPolicyVersions'
  | 'AttachRolePolicy'
  | 'DetachRolePolicy'
> = {
  CreatePolicy: ({ account, world, input }) => {
    const { PolicyName: name = '', PolicyDocument: text = '', Path: path = '/' } = input;
    if (!/^[\w+=,.@-]{1,128}$/.test(name))
      throw validationError(`The specified value for policyName is invalid: ${name}`);
    const arn = `arn:aws:iam::${account.id}:policy${path}${name}`;
    if (managedPoliciesOf(account).has(arn))
      throw awsError(
        'EntityAlreadyExists',
        `A policy called ${name} already exists. Duplicate names are not allowed.`,
        {
          status: 409,
        },
      );
    checkSize(text);
    const policy: ManagedPolicy = {
      arn,
      name,
      versions: [{ id: 'v1', text, document: parseDocument(text) }],
      nextVersion: 2,
      defaultId: 'v1',
      fading: undefined,
      knownFromMs: world.now().getTime() + lagSeconds(world) * 1_000,
    };
    managedPoliciesOf(account).set(arn, policy);
    return { Policy: described(policy, account) };
  },

  CreatePolicyVersion: ({ account, world, input }) => {
    const policy = policyNamed(account, input.PolicyArn);
    const { PolicyDocument: text = '', SetAsDefault: makesDefault = false } = input;
    checkSize(text);
    if (policy.versions.length >= MOST.versions)
      throw limitExceeded(
        `A managed policy can have up to ${MOST.versions} versions. Before you create a new version, you must delete an existing version.`,
      );
    const nowMs = world.now().getTime();
    const before = documentOf(policy, nowMs);
    const version = { id: `v${policy.nextVersion}`, text, document: parseDocument(text) };
    policy.nextVersion += 1;
    policy.versions.push(version);
    if (makesDefault) {
      policy.fading = { document: before, untilMs: nowMs + lagSeconds(world) * 1_000 };
      policy.defaultId = version.id;
    }
    return { PolicyVersion: { VersionId: version.id, IsDefaultVersion: makesDefault } };
  },

  DeletePolicy: ({ account, input }) => {
    const { arn, versions } = policyNamed(account, input.PolicyArn);
    if (wearersOf(account, arn).length > 0)
      throw awsError('DeleteConflict', 'Cannot delete a policy attached to entities.', { status: 409 });
    if (versions.length > 1)
      throw awsError(
        'DeleteConflict',
        "This policy has more than one version. Before you delete a policy, you must delete the policy's versions.",
        {
          status: 409,
        },
      );
    managedPoliciesOf(account).delete(arn);
    return {};
  },

  DeletePolicyVersion: ({ account, input }) => {
    const { arn, versions, defaultId } = policyNamed(account, input.PolicyArn);
    const index = versions.findIndex(({ id }) => id === input.VersionId);
    if (index < 0) throw noSuchEntity(`Policy ${arn} version ${input.VersionId} does not exist.`);
    if (input.VersionId === defaultId)
      throw awsError('DeleteConflict', 'Cannot delete the default version of a policy.', { status: 409 });
    versions.splice(index, 1);
    return {};
  },

  GetPolicy: ({ account, input }) => ({ Policy: described(policyNamed(account, input.PolicyArn), account) }),

  GetPolicyVersion: ({ account, input }) => {
    const { arn, versions, defaultId } = policyNamed(account, input.PolicyArn);
    const found = versions.find(({ id }) => id === input.VersionId);
    if (found === undefined) throw noSuchEntity(`Policy ${arn} version ${input.VersionId} does not exist.`);
    const { id, text } = found;
    return {
      PolicyVersion: { Document: encodeDocument(text), VersionId: id, IsDefaultVersion: id === defaultId },
    };
  },

  ListPolicyVersions: (call) => {
    const { versions, defaultId } = policyNamed(call.account, call.input.PolicyArn);
    const { items, ...rest } = iamPage(call, versions.toReversed());
    return {
      Versions: items.map(({ id }) => ({ VersionId: id, IsDefaultVersion: id === defaultId })),
      ...rest,
    };
  },

  AttachRolePolicy: ({ account, world, input }) => {
    const role = modifiable(account, input.RoleName);
    const { arn } = policyNamed(account, input.PolicyArn);
    if (role.attached.includes(arn)) return {};
    if (role.attached.length >= MOST.perRole)
      throw limitExceeded(`Cannot exceed quota for PoliciesPerRole: ${MOST.perRole}`);
    role.attached.push(arn);
    role.appliedFromMs.set(arn, world.now().getTime() + lagSeconds(world) * 1_000);
    return {};
  },

  DetachRolePolicy: ({ account, input }) => {
    const role = modifiable(account, input.RoleName);
    const index = role.attached.indexOf(input.PolicyArn ?? '');
    if (index < 0) throw noSuchEntity(`Policy ${input.PolicyArn} was not found.`);
    role.attached.splice(index, 1);
    return {};
  },
};
