import type { PolicyVersion } from '@aws-sdk/client-iam';
import { iam } from '../../aws/operations.js';
import type { BaseContext, SuspectContext } from '../../engine/context.js';
import { StepFailure } from '../../engine/failure.js';
import { eventually } from '../calls/eventually.js';
import { asFailure, isCode, unless } from '../calls/failures.js';
import { setAgain } from '../calls/set-again.js';
import { denyPolicyName, isDocument } from './role-policy.js';

export const MANAGED_DENIAL_ACTIONS = [
  'iam:CreatePolicy',
  'iam:CreatePolicyVersion',
  'iam:GetPolicy',
  'iam:GetPolicyVersion',
  'iam:ListPolicyVersions',
  'iam:AttachRolePolicy',
  'iam:DetachRolePolicy',
  'iam:DeletePolicy',
  'iam:DeletePolicyVersion',
];

const GONE = ['NoSuchEntity', 'NoSuchEntityException'];
const EXISTS = ['EntityAlreadyExists', 'EntityAlreadyExistsException'];
const IN_USE = ['DeleteConflict', 'DeleteConflictException'];

/** Source: IAM user guide, "IAM and AWS STS quotas". */
const MOST_VERSIONS = 5;

/** The incident's managed policy has one name in every attempt, so that none is made twice. */
export function managedDenialArn({ suspectAccount, incident }: BaseContext): string {
  const { partition, id } = suspectAccount;
  return `arn:${partition}:iam::${id}:policy/${denyPolicyName(incident.id)}`;
}

async function versionsOf(ctx: BaseContext, arn: string): Promise<readonly PolicyVersion[]> {
  const found: PolicyVersion[] = [];
  let marker: string | undefined;
  do {
    const page = await ctx.suspectAccount.call(iam.ListPolicyVersions, {
      PolicyArn: arn,
      ...(marker === undefined ? {} : { Marker: marker }),
    });
    found.push(...(page.Versions ?? []));
    marker = page.IsTruncated === true ? page.Marker : undefined;
  } while (marker !== undefined);
  return found;
}

/** Whether this document is the one that counts. */
export async function managedDenialIs(ctx: BaseContext, document: string): Promise<boolean> {
  const PolicyArn = managedDenialArn(ctx);
  const { Policy } = await ctx.suspectAccount.call(iam.GetPolicy, { PolicyArn });
  const VersionId = Policy?.DefaultVersionId;
  const found = await ctx.suspectAccount.call(iam.GetPolicyVersion, { PolicyArn, VersionId });
  return isDocument(found.PolicyVersion?.Document, document);
}

const numberOf = ({ VersionId: id = '' }: PolicyVersion) => Number(id.replace(/\D/g, ''));

/** The new document counts at once: there is no moment without a denial. */
async function replaceDocument(ctx: SuspectContext, document: string): Promise<void> {
  const PolicyArn = managedDenialArn(ctx);
  const versions = await versionsOf(ctx, PolicyArn);
  const [oldest] = versions
    .filter(({ IsDefaultVersion }) => IsDefaultVersion !== true)
    .sort((one, other) => numberOf(one) - numberOf(other));
  if (versions.length >= MOST_VERSIONS && oldest !== undefined)
    await unless(GONE, () =>
      ctx.suspectAccount.call(iam.DeletePolicyVersion, { PolicyArn, VersionId: oldest.VersionId }),
    );
  await ctx.suspectAccount.call(iam.CreatePolicyVersion, {
    PolicyArn,
    PolicyDocument: document,
    SetAsDefault: true,
  });
}

async function ensurePolicy(ctx: SuspectContext, document: string): Promise<void> {
  try {
    await setAgain(ctx, () =>
      ctx.suspectAccount.call(iam.CreatePolicy, {
        PolicyName: denyPolicyName(ctx.incident.id),
        PolicyDocument: document,
      }),
    );
  } catch (error) {
    if (!isCode(error, ...EXISTS)) throw error;
    // Ours of an earlier attempt, or of the containment that is now sealed. IAM may not show it yet.
    const same = await eventually(ctx, { codes: GONE, within: { seconds: 20 } }, () =>
      managedDenialIs(ctx, document),
    );
    if (!same) await replaceDocument(ctx, document);
  }
}

async function attach(ctx: SuspectContext, roleName: string): Promise<void> {
  await eventually(ctx, { codes: GONE, within: { seconds: 20 } }, () =>
    setAgain(ctx, () =>
      ctx.suspectAccount.call(iam.AttachRolePolicy, {
        RoleName: roleName,
        PolicyArn: managedDenialArn(ctx),
      }),
    ),
  );
}

/**
 * Denies the role by a managed policy: for a role whose inline policies leave no room. Safe to call again.
 *
 * @returns the ARN of the policy
 * @throws StepFailure `ROLE_POLICY_FULL` when that is refused, too; the policy is taken away again then
 */
export async function putManagedDenial(
  ctx: SuspectContext,
  denial: { readonly roleName: string; readonly document: string },
): Promise<string> {
  const { roleName, document } = denial;
  try {
    await ensurePolicy(ctx, document);
    await attach(ctx, roleName);
  } catch (error) {
    const failure = asFailure(error);
    if (failure.kind !== 'permanent') throw failure;
    // What cannot be taken away now is by the release, which looks for it in any case.
    await removeManagedDenial(ctx, roleName).catch(() => undefined);
    throw StepFailure.permanent(
      'ROLE_POLICY_FULL',
      `no room in the inline policies of ${roleName}, and no managed policy for it: ${failure.code}`,
      { cause: failure },
    );
  }
  return managedDenialArn(ctx);
}

/**
 * Takes the managed policy from the role and deletes it, where there is one.
 *
 * @returns what stays, when somebody else uses it by now
 */
export async function removeManagedDenial(ctx: BaseContext, roleName: string): Promise<readonly string[]> {
  const PolicyArn = managedDenialArn(ctx);
  const account = ctx.suspectAccount;
  await unless(GONE, () => account.call(iam.DetachRolePolicy, { RoleName: roleName, PolicyArn }));
  const versions = await unless(GONE, () => versionsOf(ctx, PolicyArn));
  if (versions === undefined) return [];
  for (const { VersionId, IsDefaultVersion } of versions)
    if (IsDefaultVersion !== true)
      await unless(GONE, () => account.call(iam.DeletePolicyVersion, { PolicyArn, VersionId }));
  try {
    await unless(GONE, () => account.call(iam.DeletePolicy, { PolicyArn }));
    return [];
  } catch (error) {
    if (!isCode(error, ...IN_USE)) throw error;
    return [`policy ${PolicyArn} is attached to somebody else and was not deleted`];
  }
}
