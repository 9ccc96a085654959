import type { Role, InstanceProfile as SdkProfile } from '@aws-sdk/client-iam';
import type { SimulatedAccount } from '../account.js';
import type { Handlers } from '../service.js';
import { noSuchEntity, profileNamed, roleNamed } from './errors.js';
import { iamPage } from './pages.js';
import type { PolicyDocument } from './policy.js';
import {
  type InstanceProfile,
  type ManagedPolicy,
  managedPoliciesOf,
  profilesOf,
  rolesOf,
  type SimulatedRole,
} from './roles.js';

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
    ...(role.boundary === undefined
      ? {}
      : {
          PermissionsBoundary: {
            PermissionsBoundaryType: 'Policy' as never,
            PermissionsBoundaryArn: role.boundary,
          },
        }),
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

function policyNamed(account: SimulatedAccount, arn: string | undefined): ManagedPolicy {
  const policy = managedPoliciesOf(account).get(arn ?? '');
  if (policy === undefined) throw noSuchEntity(`Policy ${arn} was not found.`);
  return policy;
}

/** `v1` first; the last is the default. */
function versionsOf({ document, earlier }: ManagedPolicy) {
  return [...earlier, document].map((one, index) => ({
    id: `v${index + 1}`,
    document: one,
    isDefault: index === earlier.length,
  }));
}

const version = (VersionId: string, IsDefaultVersion: boolean) => ({ VersionId, IsDefaultVersion });

export const roleHandlers: Handlers<
  Iam,
  | 'GetRole'
  | 'GetInstanceProfile'
  | 'ListInstanceProfilesForRole'
  | 'ListAttachedRolePolicies'
  | 'GetPolicy'
  | 'GetPolicyVersion'
  | 'ListPolicyVersions'
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
    const policy = policyNamed(account, input.PolicyArn);
    const DefaultVersionId = `v${versionsOf(policy).length}`;
    return { Policy: { PolicyName: policy.name, Arn: policy.arn, DefaultVersionId, IsAttachable: true } };
  },

  ListPolicyVersions: (call) => {
    const versions = versionsOf(policyNamed(call.account, call.input.PolicyArn));
    const { items, ...rest } = iamPage(call, versions);
    return { Versions: items.map(({ id, isDefault }) => version(id, isDefault)).reverse(), ...rest };
  },

  GetPolicyVersion: ({ account, input }) => {
    const found = versionsOf(policyNamed(account, input.PolicyArn)).find(({ id }) => id === input.VersionId);
    if (found === undefined) {
      throw noSuchEntity(`Policy ${input.PolicyArn} version ${input.VersionId} does not exist.`);
    }
    const { id, isDefault, document } = found;
    return { PolicyVersion: { Document: encodeDocument(document), ...version(id, isDefault) } };
  },
};
