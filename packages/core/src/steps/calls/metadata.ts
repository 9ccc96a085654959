import type { ModifyInstanceMetadataOptionsCommandInput } from '@aws-sdk/client-ec2';
import { ec2 } from '../../aws/operations.js';
import type { CallOptions } from '../../engine/account.js';
import type { SuspectContext } from '../../engine/context.js';
import { StepFailure } from '../../engine/failure.js';
import { describeInstance } from '../inspect/describe-instance.js';
import { eventually } from './eventually.js';
import { isCode } from './failures.js';
import { setAgain } from './set-again.js';

export const METADATA_ACTIONS = ['ec2:ModifyInstanceMetadataOptions', 'ec2:DescribeInstances'];

export type MetadataChange = Omit<ModifyInstanceMetadataOptionsCommandInput, 'InstanceId'>;

/** EC2 answers at once, and applies the options some seconds later: to look before that is a call in vain. */
const APPLIED_AFTER = { seconds: 3 };

async function waitUntilApplied(ctx: SuspectContext): Promise<void> {
  await ctx.sleep(APPLIED_AFTER);
  await eventually(ctx, { codes: ['METADATA_PENDING'], within: { seconds: 7 } }, async () => {
    const found = await describeInstance(ctx.suspectAccount, ctx.incident.suspect);
    if (found.MetadataOptions?.State === 'pending')
      throw StepFailure.retryable('METADATA_PENDING', 'the metadata options are not applied yet');
  });
}

/** Sets options of the metadata service; what is not named stays. Returns when EC2 has applied them, or says that it has not. */
export async function setMetadata(
  ctx: SuspectContext,
  change: MetadataChange,
  options: CallOptions = {},
): Promise<void> {
  await setAgain(ctx, () =>
    ctx.suspectAccount.call(
      ec2.ModifyInstanceMetadataOptions,
      { InstanceId: ctx.incident.suspect.instanceId, ...change },
      options,
    ),
  );
  try {
    await waitUntilApplied(ctx);
  } catch (error) {
    if (!isCode(error, 'METADATA_PENDING')) throw error;
    ctx.notice('METADATA_PENDING', 'EC2 has taken the metadata options and not applied them yet');
  }
}
