import { iam } from '../../aws/operations.js';
import type { BaseContext } from '../../engine/context.js';
import { unless } from '../calls/failures.js';
import { managedDenialArn, managedDenialIs } from './managed-denial.js';
import { type DenialExtent, denyPolicy, denyPolicyName, isDocument } from './role-policy.js';

export const DENIAL_READS = [
  'iam:GetRolePolicy',
  'iam:ListAttachedRolePolicies',
  'iam:GetPolicy',
  'iam:GetPolicyVersion',
];

const GONE = ['NoSuchEntity', 'NoSuchEntityException'];

async function isAttached(ctx: BaseContext, roleName: string): Promise<boolean> {
  let marker: string | undefined;
  do {
    const page = await ctx.suspectAccount.call(iam.ListAttachedRolePolicies, {
      RoleName: roleName,
      ...(marker === undefined ? {} : { Marker: marker }),
    });
    if (page.AttachedPolicies?.some(({ PolicyArn }) => PolicyArn === managedDenialArn(ctx))) return true;
    marker = page.IsTruncated === true ? page.Marker : undefined;
  } while (marker !== undefined);
  return false;
}

export interface WrittenDenial {
  readonly roleName: string;
  /** Of the managed policy, where the inline one had no room. */
  readonly policyArn?: string | undefined;
}

async function standsInline(ctx: BaseContext, roleName: string, wanted: string): Promise<boolean> {
  const there = await unless(GONE, () =>
    ctx.suspectAccount.call(iam.GetRolePolicy, {
      RoleName: roleName,
      PolicyName: denyPolicyName(ctx.incident.id),
    }),
  );
  return isDocument(there?.PolicyDocument, wanted);
}

async function standsManaged(ctx: BaseContext, roleName: string, wanted: string): Promise<boolean> {
  const stands = await unless(
    GONE,
    async () => (await isAttached(ctx, roleName)) && (await managedDenialIs(ctx, wanted)),
  );
  return stands === true;
}

/** Whether IAM shows the role denied to this extent, wherever it was written. */
export async function denialStands(
  ctx: BaseContext,
  { roleName, policyArn }: WrittenDenial,
  extent: DenialExtent,
): Promise<boolean> {
  const wanted = denyPolicy(ctx.incident.suspect.instanceId, extent);
  if (await standsInline(ctx, roleName, wanted)) return true;
  return policyArn !== undefined && (await standsManaged(ctx, roleName, wanted));
}
