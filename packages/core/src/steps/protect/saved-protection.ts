import * as v from 'valibot';
import { ec2 } from '../../aws/operations.js';
import type { SuspectContext } from '../../engine/context.js';
import { describeInstance } from '../inspect/describe-instance.js';

const MetadataOptions = v.object({
  httpTokens: v.optional(v.string()),
  hopLimit: v.optional(v.number()),
  httpEndpoint: v.optional(v.string()),
});

/** The attributes that `protect` changes, as they were. */
export const SavedProtectionSchema = v.object({
  state: v.string(),
  disableApiTermination: v.boolean(),
  disableApiStop: v.boolean(),
  shutdownBehavior: v.string(),
  /** Devices whose volume would be deleted with the instance. */
  deletedOnTermination: v.array(v.string()),
  metadata: MetadataOptions,
});
export type SavedProtection = v.InferOutput<typeof SavedProtectionSchema>;

/** What `before` saves. */
export async function saveProtection(ctx: SuspectContext): Promise<SavedProtection> {
  const { instanceId } = ctx.incident.suspect;
  const account = ctx.suspectAccount;
  const [found, termination, stop, shutdown] = await Promise.all([
    describeInstance(account, ctx.incident.suspect),
    account.call(ec2.DescribeInstanceAttribute, {
      InstanceId: instanceId,
      Attribute: 'disableApiTermination',
    }),
    account.call(ec2.DescribeInstanceAttribute, { InstanceId: instanceId, Attribute: 'disableApiStop' }),
    account.call(ec2.DescribeInstanceAttribute, {
      InstanceId: instanceId,
      Attribute: 'instanceInitiatedShutdownBehavior',
    }),
  ]);
  const { HttpTokens, HttpPutResponseHopLimit, HttpEndpoint } = found.MetadataOptions ?? {};
  return {
    state: found.State?.Name ?? 'unknown',
    disableApiTermination: termination.DisableApiTermination?.Value === true,
    disableApiStop: stop.DisableApiStop?.Value === true,
    shutdownBehavior: shutdown.InstanceInitiatedShutdownBehavior?.Value ?? 'stop',
    deletedOnTermination: (found.BlockDeviceMappings ?? []).flatMap(({ DeviceName: device, Ebs: ebs }) =>
      device !== undefined && ebs?.DeleteOnTermination === true ? [device] : [],
    ),
    metadata: {
      ...(HttpTokens === undefined ? {} : { httpTokens: HttpTokens }),
      ...(HttpPutResponseHopLimit === undefined ? {} : { hopLimit: HttpPutResponseHopLimit }),
      ...(HttpEndpoint === undefined ? {} : { httpEndpoint: HttpEndpoint }),
    },
  };
}
