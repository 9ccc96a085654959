import type { Role, InstanceProfile as SdkProfile } from '@aws-sdk/client-iam';
import type { SimulatedAccount } from '../account.js';
import type { Handlers } from '../service.js';
import { noSuchEntity, profileNamed, roleNamed } from './errors.js';
import { iamPage } from './pages.js';
import type { PolicyDocument } from './policy.js';
import { type InstanceProfile, managedPoliciesOf, profilesOf, rolesOf, type SimulatedRole } from './roles.js';

type Iam = typeof import('@aws-sdk/client-iam');

/** IAM answers documents in URL encoding (RFC 3986). */
export function encodeDocument(document: PolicyDocument | string): string {
  return encodeURIComponent(typeof document === 'string' ? document : JSON.stringify(document));
}

function describeRole(role: SimulatedRole): Role {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: role.arn,
    CreateDate: role.createdAt,
    AssumeRolePolicyDocument: encodeDocument(role.trust),
    MaxSessionDuration: role.maxSessionSeconds,
    Tags: Object.entries(role.tags).map(([Key, Value]) => ({ Key, Value })),
    RoleLastUsed:
      role.lastUsed === undefined ? {} : { LastUsedDate: role.lastUsed.at, Region: role.lastUsed.region },
  };
}

function describeProfile(account: SimulatedAccount, profile: InstanceProfile): SdkProfile {
  const role = rolesOf(account).get(profile.roleName ?? '');
  return {
    Path: profile.path,
    InstanceProfileName: profile.name,
    InstanceProfileId: profile.id,
    Arn: profile.arn,
    CreateDate: profile.createdAt,
    Roles: role === undefined ? [] : [describeRole(role)],
  };
}

export const roleHandlers: Handlers<
  Iam,
  | 'GetRole'
  | 'GetInstanceProfile'
  | 'ListInstanceProfilesForRole'
  | 'ListAttachedRolePolicies'
  | 'GetPolicy'
  | 'GetPolicyVersion'
> = {
  GetRole: ({ account, input }) => ({ Role: describeRole(roleNamed(account, input.RoleName)) }),

  GetInstanceProfile: ({ account, input }) => ({
    InstanceProfile: describeProfile(account, profileNamed(account, input.InstanceProfileName)),
  }),

  ListInstanceProfilesForRole: (call) => {
    const { account } = call;
    const role = roleNamed(account, call.input.RoleName);
    const profiles = [...profilesOf(account).values()].filter((profile) => profile.roleName === role.name);
    const { items, ...rest } = iamPage(call, profiles);
    return { InstanceProfiles: items.map((profile) => describeProfile(account, profile)), ...rest };
  },

  ListAttachedRolePolicies: (call) => {
    const { items, ...rest } = iamPage(call, roleNamed(call.account, call.input.RoleName).attached);
    const AttachedPolicies = items.map((arn) => ({ PolicyArn: arn, PolicyName: arn.split('/').at(-1) }));
    return { AttachedPolicies, ...rest };
  },

  GetPolicy: ({ account, input }) => {
    const policy = managedPoliciesOf(account).get(input.PolicyArn ?? '');
    if (policy === undefined) throw noSuchEntity(`Policy ${input.PolicyArn} was not found.`);
    return {
      Policy: { PolicyName: policy.name, Arn: policy.arn, DefaultVersionId: 'v1', IsAttachable: true },
    };
  },

  GetPolicyVersion: ({ account, input }) => {
    const policy = managedPoliciesOf(account).get(input.PolicyArn ?? '');
    if (policy === undefined || input.VersionId !== 'v1') {
      throw noSuchEntity(`Policy ${input.PolicyArn} version ${input.VersionId} does not exist.`);
    }
    return {
      PolicyVersion: { Document: encodeDocument(policy.document), VersionId: 'v1', IsDefaultVersion: true },
    };
  },
};
