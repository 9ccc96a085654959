import { StepFailure, type SuspectContext } from '@cordon/core';
import { ec2 } from '@cordon/core/aws';
import { isCode, neutralTags, unless } from '@cordon/core/steps';
import * as v from 'valibot';

/** A fresh volume for the dump, in the suspect's account and zone. */
export const DumpVolume = v.object({
  volumeId: v.string(),
  sizeGiB: v.number(),
  createdAt: v.string(),
});
export type DumpVolume = v.InferOutput<typeof DumpVolume>;

/** `/dev/sdf` to `/dev/sdp`: what EC2 recommends for data volumes. */
const LETTERS = [...'fghijklmnop'];
const GIB = 2 ** 30;
/** By then EC2 shows what it made. */
const SHOWN_WITHIN_MS = 2 * 60_000;

async function describeSuspect(ctx: SuspectContext) {
  const { instanceId } = ctx.incident.suspect;
  const { Reservations } = await ctx.suspectAccount.call(ec2.DescribeInstances, {
    InstanceIds: [instanceId],
  });
  return Reservations?.[0]?.Instances?.[0];
}

/** EBS takes no key of another region, and says so only as the state of a volume that never comes. */
function assertAtHand({ suspectAccount: { region } }: SuspectContext, keyArn: string): void {
  const [, , , keyRegion] = keyArn.split(':');
  if (keyRegion === region) return;
  throw StepFailure.permanent(
    'VOLUME_KEY_ELSEWHERE',
    `\`volumeKeyArn\` lies in ${keyRegion ?? 'no region'}, and the suspect in ${region}: name a key of that region, or choose the destination 'upload'`,
  );
}

/**
 * @throws StepFailure `VOLUME_KEY_ELSEWHERE` where the key lies in another region than the suspect
 * @throws StepFailure `VOLUME_KEY_NOT_SHAREABLE` where the volume would lie under a key that nobody else can use
 */
export async function assertShareable(ctx: SuspectContext, volumeKeyArn: string | undefined): Promise<void> {
  if (volumeKeyArn !== undefined) return assertAtHand(ctx, volumeKeyArn);
  const { KmsKeyId: key = '' } = await ctx.suspectAccount.call(ec2.GetEbsDefaultKmsKeyId, {});
  if (key === '' || key.endsWith('alias/aws/ebs'))
    throw StepFailure.permanent(
      'VOLUME_KEY_NOT_SHAREABLE',
      "the account's default key for EBS cannot be shared: name `volumeKeyArn`, or choose the destination 'upload'",
    );
}

interface Wanted {
  readonly bytes: number;
  readonly volumeKeyArn: string | undefined;
}

/** Makes the volume. Called again it is the same one: EC2 has a client token for it. */
export async function createVolume(
  ctx: SuspectContext,
  { bytes, volumeKeyArn }: Wanted,
): Promise<DumpVolume> {
  const zone = (await describeSuspect(ctx))?.Placement?.AvailabilityZone;
  if (zone === undefined) throw StepFailure.retryable('NO_ZONE', 'EC2 does not tell the zone of the suspect');
  // The file system itself takes a little.
  const sizeGiB = Math.ceil(bytes / GIB) + 1;
  const { VolumeId: volumeId } = await ctx.suspectAccount.call(ec2.CreateVolume, {
    ClientToken: ctx.key,
    AvailabilityZone: zone,
    Size: sizeGiB,
    VolumeType: 'gp3',
    Encrypted: true,
    ...(volumeKeyArn === undefined ? {} : { KmsKeyId: volumeKeyArn }),
    TagSpecifications: [{ ResourceType: 'volume', Tags: neutralTags(ctx) }],
  });
  if (volumeId === undefined) throw StepFailure.ambiguous('NO_VOLUME_ID', 'ec2:CreateVolume gave no id');
  return { volumeId, sizeGiB, createdAt: ctx.now().toISOString() };
}

/** How the volume stands; `gone` where EC2 does not show it and should. */
export type Standing = 'creating' | 'available' | 'attaching' | 'attached' | 'detaching' | 'gone';

/** Asks EC2; filters see what an id that is not shown yet would fail for. */
export async function standingOf(ctx: SuspectContext, volume: DumpVolume): Promise<Standing> {
  const { Volumes } = await ctx.suspectAccount.call(ec2.DescribeVolumes, {
    Filters: [{ Name: 'volume-id', Values: [volume.volumeId] }],
  });
  const [seen] = Volumes ?? [];
  const age = ctx.now().getTime() - Date.parse(volume.createdAt);
  if (seen === undefined) return age < SHOWN_WITHIN_MS ? 'creating' : 'gone';
  if (seen.State === 'creating' || seen.State === 'available') return seen.State;
  if (seen.State !== 'in-use') return 'gone';
  const state = seen.Attachments?.[0]?.State;
  if (state === 'attached' || state === 'attaching') return state;
  return state === 'detached' ? 'available' : 'detaching';
}

async function freeLetters(ctx: SuspectContext): Promise<readonly string[]> {
  const mapped = (await describeSuspect(ctx))?.BlockDeviceMappings ?? [];
  const taken = new Set(
    mapped.flatMap(({ DeviceName: name }) => name?.replace(/^\/dev\/(?:sd|xvd)/, '') ?? []),
  );
  return LETTERS.filter((letter) => !taken.has(letter));
}

/** An earlier call has attached it, or the instance is not ready: EC2 will show which. */
const LOOK_AGAIN = ['VolumeInUse', 'IncorrectState', 'InvalidVolume.NotFound'];

/**
 * Puts it onto the suspect. What EC2 refuses for good is thrown: `AttachmentLimitExceeded` where the instance has as
 * many volumes as its type may have.
 */
export async function attach(ctx: SuspectContext, { volumeId }: DumpVolume): Promise<void> {
  for (const letter of await freeLetters(ctx)) {
    try {
      await ctx.suspectAccount.call(ec2.AttachVolume, {
        InstanceId: ctx.incident.suspect.instanceId,
        VolumeId: volumeId,
        Device: `/dev/sd${letter}`,
      });
      return;
    } catch (error) {
      if (isCode(error, ...LOOK_AGAIN)) return;
      // Taken since we looked, or by a name that EC2 keeps to itself: the next one.
      if (!isCode(error, 'InvalidParameterValue')) throw error;
    }
  }
  throw StepFailure.permanent('NO_FREE_DEVICE', 'every name for a data volume is taken on the suspect');
}

interface Detaching {
  /** Where the host does not let go: what it has not written is lost. */
  readonly by?: 'force';
}

/** Takes it off. Harmless twice. */
export async function detach(
  ctx: SuspectContext,
  { volumeId }: DumpVolume,
  { by }: Detaching = {},
): Promise<void> {
  await unless(['IncorrectState', 'InvalidVolume.NotFound', 'InvalidAttachment.NotFound'], () =>
    ctx.suspectAccount.call(ec2.DetachVolume, {
      VolumeId: volumeId,
      InstanceId: ctx.incident.suspect.instanceId,
      ...(by === 'force' ? { Force: true } : {}),
    }),
  );
}
