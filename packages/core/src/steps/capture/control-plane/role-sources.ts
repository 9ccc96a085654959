import { iam } from '../../../aws/operations.js';
import type { Account } from '../../../engine/account.js';
import type { SuspectContext } from '../../../engine/context.js';
import { readableJson } from '../../calls/json-bytes.js';
import { type ControlPlaneFacts, type ControlPlaneSource, jsonSource } from './source.js';

/** IAM answers documents in URL encoding; what is no JSON stays as it came. */
function decoded(document: string | undefined): unknown {
  if (document === undefined) return undefined;
  try {
    return JSON.parse(decodeURIComponent(document));
  } catch {
    return document;
  }
}

interface IamPage {
  readonly IsTruncated?: boolean | undefined;
  readonly Marker?: string | undefined;
}

/** IAM pages by `Marker`. */
async function allOf<Page extends IamPage, Item>(
  ask: (marker: { readonly Marker?: string }) => Promise<Page>,
  items: (page: Page) => readonly Item[] | undefined,
): Promise<readonly Item[]> {
  const found: Item[] = [];
  let marker: { readonly Marker?: string } = {};
  for (;;) {
    const page = await ask(marker);
    found.push(...(items(page) ?? []));
    if (page.IsTruncated !== true || page.Marker === undefined) return found;
    marker = { Marker: page.Marker };
  }
}

type OfRole = (ctx: SuspectContext, roleName: string) => Promise<unknown>;

function roleSource(file: string, actions: readonly string[], ask: OfRole): ControlPlaneSource {
  return jsonSource({
    file,
    actions,
    async document(ctx: SuspectContext, { instance }: ControlPlaneFacts) {
      const roleName = instance?.roleName;
      return roleName === undefined ? undefined : { text: readableJson(await ask(ctx, roleName)) };
    },
  });
}

/** Who may assume it, its boundary, and when it was last used. */
const role = roleSource('role.json', ['iam:GetRole'], async (ctx, RoleName) => {
  const { Role } = await ctx.suspectAccount.call(iam.GetRole, { RoleName });
  return { ...Role, AssumeRolePolicyDocument: decoded(Role?.AssumeRolePolicyDocument) };
});

const inline = roleSource(
  'role-inline-policies.json',
  ['iam:ListRolePolicies', 'iam:GetRolePolicy'],
  async ({ suspectAccount: account }, RoleName) => {
    const names = await allOf(
      (page) => account.call(iam.ListRolePolicies, { RoleName, ...page }),
      (page) => page.PolicyNames,
    );
    return Promise.all(
      names.map(async (PolicyName) => {
        const found = await account.call(iam.GetRolePolicy, { RoleName, PolicyName });
        return { name: PolicyName, document: decoded(found.PolicyDocument) };
      }),
    );
  },
);

/** A managed policy with all its versions: an old one with more rights is made the default in one call. */
async function managedPolicy(account: Account, PolicyArn: string) {
  const { Policy } = await account.call(iam.GetPolicy, { PolicyArn });
  const versions = await allOf(
    (page) => account.call(iam.ListPolicyVersions, { PolicyArn, ...page }),
    (page) => page.Versions,
  );
  const documents = versions.map(async ({ VersionId, CreateDate, IsDefaultVersion }) => {
    const found = await account.call(iam.GetPolicyVersion, { PolicyArn, VersionId });
    return { VersionId, CreateDate, IsDefaultVersion, document: decoded(found.PolicyVersion?.Document) };
  });
  return { ...Policy, versions: await Promise.all(documents) };
}

const MANAGED_POLICY = ['iam:GetPolicy', 'iam:ListPolicyVersions', 'iam:GetPolicyVersion'];

const attached = roleSource(
  'role-attached-policies.json',
  ['iam:ListAttachedRolePolicies', ...MANAGED_POLICY],
  async ({ suspectAccount: account }, RoleName) => {
    const found = await allOf(
      (page) => account.call(iam.ListAttachedRolePolicies, { RoleName, ...page }),
      (page) => page.AttachedPolicies,
    );
    const arns = found.flatMap(({ PolicyArn }) => PolicyArn ?? []);
    return Promise.all(arns.map((arn) => managedPolicy(account, arn)));
  },
);

/** The most that its policies can give it. */
const boundary = jsonSource({
  file: 'role-boundary.json',
  actions: ['iam:GetRole', ...MANAGED_POLICY],
  async document({ suspectAccount: account }, { instance }) {
    const RoleName = instance?.roleName;
    if (RoleName === undefined) return undefined;
    const { Role } = await account.call(iam.GetRole, { RoleName });
    const arn = Role?.PermissionsBoundary?.PermissionsBoundaryArn;
    return arn === undefined ? undefined : { text: readableJson(await managedPolicy(account, arn)) };
  },
});

/** What the role may do, and who may be it. */
export const ROLE_SOURCES: readonly ControlPlaneSource[] = [role, inline, attached, boundary];
