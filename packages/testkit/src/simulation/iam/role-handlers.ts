import type { Role, InstanceProfile as SdkProfile } from '@aws-sdk/client-iam';
import type { SimulatedAccount } from '../account.js';
import type { Handlers } from '../service.js';
import { profileNamed, roleNamed } from './errors.js';
import { iamPage } from './pages.js';
import type { PolicyDocument } from './policy.js';
import { type InstanceProfile, profilesOf, rolesOf, type SimulatedRole } from './roles.js';

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

export const roleHandlers: Handlers<
  Iam,
  'GetRole' | 'GetInstanceProfile' | 'ListInstanceProfilesForRole' | 'ListAttachedRolePolicies'
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
};
