import { ec2 } from '../../aws/operations.js';
import type { SuspectContext } from '../../engine/context.js';
import { setAgain } from '../calls/set-again.js';

/** Turns the metadata service on or off; what else is set for it stays. */
export async function setMetadata(ctx: SuspectContext, to: 'enabled' | 'disabled'): Promise<void> {
  await setAgain(ctx, () =>
    ctx.suspectAccount.call(ec2.ModifyInstanceMetadataOptions, {
      InstanceId: ctx.incident.suspect.instanceId,
      HttpEndpoint: to,
    }),
  );
}
