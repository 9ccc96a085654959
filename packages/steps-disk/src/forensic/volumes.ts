import { createHash } from 'node:crypto';
import { type BaseContext, StepFailure } from '@cordon/core';
import { ec2 } from '@cordon/core/aws';
import { allThenThrow, type EvidenceSnapshots, isCode, listAll, ownTags } from '@cordon/core/steps';
import * as v from 'valibot';
import type { ForensicOptions } from './options.js';

const LETTERS = [...'fghijklmnop'];
/** `/dev/sdf` to `/dev/sdp` are what EC2 recommends for data volumes; Nitro takes as many again under these names. */
const DEVICES = [
  ...LETTERS.map((letter) => `/dev/sd${letter}`),
  ...LETTERS.map((letter) => `/dev/xvdb${letter}`),
];

export const EvidenceVolume = v.object({
  sourceVolumeId: v.string(),
  volumeId: v.string(),
  device: v.string(),
  attached: v.boolean(),
  /** It carries a code of the Marketplace: only a stopped instance takes it. */
  needsStop: v.optional(v.boolean()),
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
  for (const { volumeId } of sources.slice(DEVICES.length))
    ctx.gap(
      'TOO_MANY_VOLUMES',
      `${volumeId} is preserved but not examined: ${DEVICES.length} fit on one instance`,
    );
  const created = sources.slice(0, DEVICES.length).map((source, index) => async () => {
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
    const device = DEVICES[index] ?? '';
    const createdAt = ctx.now().toISOString();
    return { sourceVolumeId: source.volumeId, volumeId: VolumeId, device, attached: false, createdAt };
  });
  return allThenThrow(created);
}

/** An earlier attempt has attached it, or the instance is not ready or not shown yet: EC2 will show which. */
const LOOK_AGAIN = ['VolumeInUse', 'IncorrectState', 'InvalidVolume.NotFound', 'InvalidInstanceID.NotFound'];
/** A Marketplace product that nobody here has subscribed to, a key that says no, or too many volumes for this type. */
const NEVER = [
  'OperationNotPermitted',
  'OptInRequired',
  'CustomerKeyHasBeenRevoked',
  'AttachmentLimitExceeded',
  'UnsupportedOperation',
];

/** What EC2 says of a volume with a code of the Marketplace while the instance runs. */
const NEEDS_STOP = ['IncorrectInstanceState', 'OperationNotPermitted'];

export interface AttachTo {
  readonly instanceId: string;
  readonly state: 'running' | 'stopped';
}

/** Undefined when this volume will never be attached to this instance; the others go on. */
async function attach(
  ctx: BaseContext,
  volume: EvidenceVolume,
  { instanceId, state }: AttachTo,
): Promise<EvidenceVolume | undefined> {
  try {
    await ctx.securityAccount.call(ec2.AttachVolume, {
      InstanceId: instanceId,
      VolumeId: volume.volumeId,
      Device: volume.device,
    });
  } catch (error) {
    if (state === 'running' && isCode(error, ...NEEDS_STOP)) return { ...volume, needsStop: true };
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

/**
 * Attaches what is available, and tells what is attached. A volume that failed is left out; one that needs a stopped
 * instance waits for it.
 */
export async function advanceVolumes(
  ctx: BaseContext,
  volumes: readonly EvidenceVolume[],
  { instanceId, state }: AttachTo,
): Promise<readonly EvidenceVolume[]> {
  const Filters = [{ Name: 'volume-id', Values: volumes.map(({ volumeId }) => volumeId) }];
  const found = await listAll(ctx.securityAccount, ec2.DescribeVolumes, {
    input: { Filters },
    items: (page) => page.Volumes,
  });
  const advanced = volumes.map((volume) => async () => {
    const seen = found.find(({ VolumeId }) => VolumeId === volume.volumeId);
    if (seen === undefined) {
      // EC2 takes a while to show what it made; and a volume whose key says no is gone without a word.
      const age = ctx.now().getTime() - Date.parse(volume.createdAt);
      if (!volume.attached && age < SHOWN_WITHIN_MS) return volume;
      return lose(ctx, volume, `${volume.volumeId} is not there: may its key be used?`);
    }
    if (seen.State === 'error') return lose(ctx, volume, `${volume.volumeId} failed: may its key be used?`);
    if (seen.State === 'available' && volume.needsStop === true && state === 'running') return volume;
    if (seen.State === 'available') return attach(ctx, volume, { instanceId, state });
    const attached = seen.Attachments?.some(({ State }) => State === 'attached') === true;
    return { ...volume, attached };
  });
  return (await allThenThrow(advanced)).filter((volume) => volume !== undefined);
}
