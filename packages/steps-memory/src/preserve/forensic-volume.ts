import { type BaseContext, StepFailure } from '@cordon/core';
import { ec2 } from '@cordon/core/aws';
import { isCode, ownTags } from '@cordon/core/steps';
import * as v from 'valibot';
import type { DumpSource } from './source-snapshot.js';

/** A volume with the dump, in the security account. */
export const ForensicVolume = v.object({ volumeId: v.string(), createdAt: v.string() });
export type ForensicVolume = v.InferOutput<typeof ForensicVolume>;

/** From the end: the volumes of the suspect take theirs from the beginning. */
const LETTERS = [...'ponmlkjihgf'];
const SHOWN_WITHIN_MS = 5 * 60_000;

async function describeHost(ctx: BaseContext, instanceId: string) {
  const Filters = [{ Name: 'instance-id', Values: [instanceId] }];
  const { Reservations } = await ctx.securityAccount.call(ec2.DescribeInstances, { Filters });
  const instance = Reservations?.[0]?.Instances?.[0];
  if (instance?.State?.Name !== 'running')
    throw StepFailure.permanent('NO_FORENSIC_INSTANCE', `${instanceId} does not run any more`);
  return instance;
}

interface Place {
  readonly instanceId: string;
  /** ARN of the key for it; default: the snapshot's own. */
  readonly kmsKeyArn: string | undefined;
}

/** A volume from the snapshot, in the forensic instance's zone. Called again it is the same one. */
export async function createFrom(
  ctx: BaseContext,
  source: DumpSource,
  { instanceId, kmsKeyArn }: Place,
): Promise<ForensicVolume> {
  const { Placement } = await describeHost(ctx, instanceId);
  const { VolumeId: volumeId } = await ctx.securityAccount.call(ec2.CreateVolume, {
    ClientToken: ctx.key,
    SnapshotId: source.snapshotId,
    AvailabilityZone: Placement?.AvailabilityZone,
    VolumeType: 'gp3',
    ...(kmsKeyArn === undefined ? {} : { Encrypted: true, KmsKeyId: kmsKeyArn }),
    TagSpecifications: [{ ResourceType: 'volume', Tags: ownTags(ctx, 'examination') }],
  });
  if (volumeId === undefined) throw StepFailure.ambiguous('NO_VOLUME_ID', 'ec2:CreateVolume gave no id');
  return { volumeId, createdAt: ctx.now().toISOString() };
}

async function attach(ctx: BaseContext, { volumeId }: ForensicVolume, instanceId: string): Promise<void> {
  const { BlockDeviceMappings: mapped = [] } = await describeHost(ctx, instanceId);
  const taken = new Set(mapped.map(({ DeviceName: name }) => name?.at(-1)));
  const letter = LETTERS.find((one) => !taken.has(one));
  if (letter === undefined)
    throw StepFailure.permanent('NO_FREE_DEVICE', `every name for a volume is taken on ${instanceId}`);
  try {
    const input = { InstanceId: instanceId, VolumeId: volumeId, Device: `/dev/sd${letter}` };
    await ctx.securityAccount.call(ec2.AttachVolume, input);
  } catch (error) {
    // An earlier call has attached it, or another step has taken the name meanwhile: the next look tells.
    if (!isCode(error, 'VolumeInUse', 'IncorrectState', 'InvalidVolume.NotFound', 'InvalidParameterValue'))
      throw error;
  }
}

/** Attaches it as soon as it is there; whether it is attached. @throws StepFailure `VOLUME_FAILED` */
export async function isAttached(
  ctx: BaseContext,
  volume: ForensicVolume,
  instanceId: string,
): Promise<boolean> {
  const Filters = [{ Name: 'volume-id', Values: [volume.volumeId] }];
  const { Volumes } = await ctx.securityAccount.call(ec2.DescribeVolumes, { Filters });
  const [seen] = Volumes ?? [];
  const age = ctx.now().getTime() - Date.parse(volume.createdAt);
  // KMS says no to a volume only by letting it fail, or by letting it vanish.
  if (seen?.State === 'error' || (seen === undefined && age > SHOWN_WITHIN_MS))
    throw StepFailure.permanent('VOLUME_FAILED', `${volume.volumeId} failed: may its key be used?`);
  if (seen?.State === 'available') await attach(ctx, volume, instanceId);
  return seen?.Attachments?.some(({ State }) => State === 'attached') === true;
}
