import { createHash } from 'node:crypto';
import { type BaseContext, StepFailure } from '@cordon/core';
import { ec2 } from '@cordon/core/aws';
import { type EvidenceSnapshots, isCode, listAll, ownTags } from '@cordon/core/steps';
import * as v from 'valibot';
import type { ForensicOptions } from './options.js';

/** `/dev/sdf` to `/dev/sdp`: what EC2 recommends for data volumes. */
const LETTERS = [...'fghijklmnop'];

export const EvidenceVolume = v.object({
  sourceVolumeId: v.string(),
  volumeId: v.string(),
  device: v.string(),
  attached: v.boolean(),
  createdAt: v.string(),
});
export type EvidenceVolume = v.InferOutput<typeof EvidenceVolume>;

export interface Place {
  readonly instanceId: string;
  readonly availabilityZone: string;
}

/** By then EC2 shows what it made. */
const SHOWN_WITHIN_MS = 5 * 60_000;

/** EC2 takes 64 characters; the step's key alone would make all volumes one. */
function token(ctx: BaseContext, source: string): string {
  return createHash('sha256').update(`${ctx.key}\n${source}`).digest('hex');
}

/** Volumes from the snapshots, in the instance's zone. Called again it gives the same ones. */
export async function createVolumes(
  ctx: BaseContext,
  sources: EvidenceSnapshots,
  { place, options }: { readonly place: Place; readonly options: ForensicOptions },
): Promise<readonly EvidenceVolume[]> {
  for (const { volumeId } of sources.slice(LETTERS.length))
    ctx.gap(
      'TOO_MANY_VOLUMES',
      `${volumeId} is preserved but not examined: ${LETTERS.length} fit on one instance`,
    );
  const created = sources.slice(0, LETTERS.length).map(async (source, index) => {
    const { VolumeId } = await ctx.securityAccount.call(ec2.CreateVolume, {
      ClientToken: token(ctx, source.volumeId),
      SnapshotId: source.readFromSnapshotId,
      AvailabilityZone: place.availabilityZone,
      VolumeType: 'gp3',
      ...(options.kmsKeyArn === undefined ? {} : { Encrypted: true, KmsKeyId: options.kmsKeyArn }),
      TagSpecifications: [
        {
          ResourceType: 'volume',
          Tags: [...ownTags(ctx, 'examination'), { Key: 'cordon:source-volume', Value: source.volumeId }],
        },
      ],
    });
    if (VolumeId === undefined) throw StepFailure.ambiguous('NO_VOLUME_ID', 'ec2:CreateVolume gave no id');
    const device = `/dev/sd${LETTERS[index]}`;
    const createdAt = ctx.now().toISOString();
    return { sourceVolumeId: source.volumeId, volumeId: VolumeId, device, attached: false, createdAt };
  });
  return Promise.all(created);
}

/** An earlier attempt has attached it, or the instance is not ready to take it: EC2 will show which. */
const LOOK_AGAIN = ['VolumeInUse', 'IncorrectState', 'InvalidVolume.NotFound'];
/** A Marketplace code, or too many volumes for this type of instance. */
const NEVER = ['OperationNotPermitted', 'AttachmentLimitExceeded', 'UnsupportedOperation'];

/** Undefined when this volume will never be attached to this instance; the others go on. */
async function attach(
  ctx: BaseContext,
  volume: EvidenceVolume,
  instanceId: string,
): Promise<EvidenceVolume | undefined> {
  try {
    await ctx.securityAccount.call(ec2.AttachVolume, {
      InstanceId: instanceId,
      VolumeId: volume.volumeId,
      Device: volume.device,
    });
  } catch (error) {
    if (isCode(error, ...NEVER)) return lose(ctx, volume, `${error.code}: ${error.message}`);
    if (!isCode(error, ...LOOK_AGAIN)) throw error;
  }
  return volume;
}

/** What could not be made readable is left out and named: KMS says no to a volume only by letting it fail. */
function lose(ctx: BaseContext, volume: EvidenceVolume, reason: string): undefined {
  ctx.gap('VOLUME_NOT_EXAMINED', `${volume.sourceVolumeId}: ${reason}`);
  return undefined;
}

/** Attaches what is available, and tells what is attached. A volume that failed is left out. */
export async function advanceVolumes(
  ctx: BaseContext,
  volumes: readonly EvidenceVolume[],
  instanceId: string,
): Promise<readonly EvidenceVolume[]> {
  const Filters = [{ Name: 'volume-id', Values: volumes.map(({ volumeId }) => volumeId) }];
  const found = await listAll(ctx.securityAccount, ec2.DescribeVolumes, {
    input: { Filters },
    items: (page) => page.Volumes,
  });
  const advanced = volumes.map(async (volume) => {
    const seen = found.find(({ VolumeId }) => VolumeId === volume.volumeId);
    if (seen === undefined) {
      // EC2 takes a while to show what it made; and a volume whose key says no is gone without a word.
      const age = ctx.now().getTime() - Date.parse(volume.createdAt);
      if (!volume.attached && age < SHOWN_WITHIN_MS) return volume;
      return lose(ctx, volume, `${volume.volumeId} is not there: may its key be used?`);
    }
    if (seen.State === 'error') return lose(ctx, volume, `${volume.volumeId} failed: may its key be used?`);
    if (seen.State === 'available') return attach(ctx, volume, instanceId);
    const attached = seen.Attachments?.some(({ State }) => State === 'attached') === true;
    return { ...volume, attached };
  });
  return (await Promise.all(advanced)).filter((volume) => volume !== undefined);
}
