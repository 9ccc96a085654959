import type { IamInstanceProfileAssociation } from '@aws-sdk/client-ec2';
import { ec2 } from '../../aws/operations.js';
import type { BaseContext, SuspectContext } from '../../engine/context.js';
import { eventually } from '../calls/eventually.js';
import { unless } from '../calls/failures.js';

export const PROFILE_ACTIONS = [
  'ec2:DescribeIamInstanceProfileAssociations',
  'ec2:ReplaceIamInstanceProfileAssociation',
  'ec2:DisassociateIamInstanceProfile',
  'ec2:AssociateIamInstanceProfile',
  'iam:PassRole',
];

/** The instance's profile association, when it has one that is not on its way out. */
export async function profileAssociation(
  ctx: BaseContext,
): Promise<IamInstanceProfileAssociation | undefined> {
  const answer = await ctx.suspectAccount.call(ec2.DescribeIamInstanceProfileAssociations, {
    Filters: [{ Name: 'instance-id', Values: [ctx.incident.suspect.instanceId] }],
  });
  return answer.IamInstanceProfileAssociations?.find(
    ({ State }) => State === 'associated' || State === 'associating',
  );
}

/**
 * Takes the instance's profile away, or puts the given one, which should allow nothing, in its place. An instance
 * without a profile is left without.
 *
 * @returns whether there was one to replace
 */
export async function replaceProfile(
  ctx: SuspectContext,
  emptyProfileName: string | undefined,
): Promise<'replaced' | 'none'> {
  const association = await profileAssociation(ctx);
  const id = association?.AssociationId;
  if (id === undefined) return 'none';
  if (emptyProfileName === undefined) {
    await unless(['InvalidAssociationID.NotFound'], () =>
      ctx.suspectAccount.call(ec2.DisassociateIamInstanceProfile, { AssociationId: id }),
    );
    return 'replaced';
  }
  if (association?.IamInstanceProfile?.Arn?.endsWith(`/${emptyProfileName}`) === true) return 'replaced';
  // A fresh profile is unknown until IAM has spread it.
  await eventually(ctx, { codes: ['InvalidParameterValue'], within: { seconds: 20 } }, () =>
    ctx.suspectAccount.call(ec2.ReplaceIamInstanceProfileAssociation, {
      AssociationId: id,
      IamInstanceProfile: { Name: emptyProfileName },
    }),
  );
  return 'replaced';
}

/** Gives the instance the profile that it had. */
export async function restoreProfile(ctx: SuspectContext, profileArn: string): Promise<void> {
  const association = await profileAssociation(ctx);
  if (association?.IamInstanceProfile?.Arn === profileArn) return;
  const profile = { IamInstanceProfile: { Arn: profileArn } };
  const id = association?.AssociationId;
  // Right after a disassociation the old one still counts.
  await eventually(ctx, { codes: ['IncorrectState'], within: { seconds: 30 } }, async () => {
    if (id === undefined)
      await ctx.suspectAccount.call(ec2.AssociateIamInstanceProfile, {
        InstanceId: ctx.incident.suspect.instanceId,
        ...profile,
      });
    else
      await ctx.suspectAccount.call(ec2.ReplaceIamInstanceProfileAssociation, {
        AssociationId: id,
        ...profile,
      });
  });
}
