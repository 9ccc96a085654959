import { StepFailure, type SuspectContext } from '@cordon/core';
import { ec2, hostAnswer } from '@cordon/core/aws';
import { isCode, type MemoryImage } from '@cordon/core/steps';
import { MountAnswer, RemoveAnswer } from '../lime/answers.js';
import { folderOf, MOUNT, UNMOUNT } from '../lime/host-scripts.js';
import type { VolumeOptions } from '../lime/options.js';
import type { Dumped, LimeTicket, Stage } from '../lime/ticket.js';
import { snapshotOnce } from './dump-snapshot.js';
import { attach, type DumpVolume, detach, standingOf } from './dump-volume.js';

/** Puts the volume onto the suspect, as soon as there is one, and has it mounted. */
export async function whileAttaching(
  ctx: SuspectContext,
  ticket: Stage<'attaching'>,
  options: VolumeOptions,
): Promise<LimeTicket> {
  const { volume } = ticket;
  const standing = await standingOf(ctx, volume);
  if (standing === 'gone')
    throw StepFailure.permanent('VOLUME_FAILED', `${volume.volumeId} is gone: may its key be used?`);
  if (standing === 'available') await attach(ctx, volume);
  if (standing !== 'attached') return ticket;
  const commandId = await ctx.makeOnce('mount command', {
    find: () => ctx.suspect.sent(MOUNT.name),
    make: () => {
      const parameters = { directory: folderOf(options), volume: volume.volumeId };
      return ctx.suspect.send(MOUNT, { parameters, timeout: { minutes: 10 } });
    },
  });
  if (commandId === undefined) return ticket;
  ctx.notice('UDEV_TRIGGERED', 'a volume was attached: what the suspect has set on new devices has run');
  return { ...ticket, stage: 'mounting', commandId };
}

/** Whether the volume is mounted. */
export async function isMounted(ctx: SuspectContext, ticket: Stage<'mounting'>): Promise<boolean> {
  const result = await ctx.suspect.result(ticket.commandId);
  if (result.status === 'running') return false;
  hostAnswer(result, MountAnswer);
  return true;
}

/** The dump is written: the host is to let go of the volume. */
export async function sendUnmount(
  ctx: SuspectContext,
  dumped: Dumped & { readonly volume: DumpVolume },
  options: VolumeOptions,
): Promise<Stage<'unmounting'> | undefined> {
  const commandId = await ctx.makeOnce('unmount command', {
    find: () => ctx.suspect.sent(UNMOUNT.name),
    make: () =>
      ctx.suspect.send(UNMOUNT, { parameters: { directory: folderOf(options) }, timeout: { minutes: 10 } }),
  });
  return commandId === undefined ? undefined : { stage: 'unmounting', ...dumped, commandId };
}

/** The host has let go, or never will: the volume is taken off in any case. */
export async function afterUnmount(ctx: SuspectContext, ticket: Stage<'unmounting'>): Promise<LimeTicket> {
  const result = await ctx.suspect.result(ticket.commandId);
  if (result.status === 'running') return ticket;
  hostAnswer(result, RemoveAnswer);
  const { commandId: _, ...dumped } = ticket;
  await detach(ctx, ticket.volume);
  return { ...dumped, stage: 'detaching', since: ctx.now().toISOString() };
}

function asImage(ctx: SuspectContext, ticket: Stage<'detaching'>, snapshotId: string): MemoryImage {
  const { volume, sizeBytes, sha256, kernel, method, ranges } = ticket;
  const { id, region, partition } = ctx.suspectAccount;
  const artifact = {
    path: 'memory/mem.lime',
    uri: `arn:${partition}:ec2:${region}:${id}:snapshot/${snapshotId}`,
    sizeBytes,
    sha256,
    mediaType: 'application/octet-stream',
    acquiredBy: 'suspect' as const,
    origin: ctx.suspect.instanceId,
    storedAt: ctx.now().toISOString(),
  };
  const lies = { snapshotId, volumeId: volume.volumeId, sizeGiB: volume.sizeGiB, file: 'mem.lime' };
  return { artifact, format: 'lime', method, kernel, ranges, volume: lies };
}

/** A host that still holds the volume keeps it `busy` for good. */
const LONGEST_DETACH_MS = 2 * 60_000;

/** All of the dump was written out before the volume was unmounted: nothing is lost by force. */
async function forceWhenBusy(ctx: SuspectContext, { volume, since }: Stage<'detaching'>): Promise<void> {
  if (ctx.now().getTime() - Date.parse(since) < LONGEST_DETACH_MS) return;
  ctx.notice('VOLUME_FORCED_OFF', `the suspect does not let go of ${volume.volumeId}: it is taken by force`);
  await detach(ctx, volume, { by: 'force' });
}

/** The image, when the volume is off the suspect and its snapshot begun; undefined: not yet. */
export async function afterDetach(
  ctx: SuspectContext,
  ticket: Stage<'detaching'>,
): Promise<MemoryImage | undefined> {
  const standing = await standingOf(ctx, ticket.volume);
  if (standing === 'gone')
    throw StepFailure.permanent('VOLUME_FAILED', `${ticket.volume.volumeId} is gone with the dump on it`);
  if (standing === 'attached') await detach(ctx, ticket.volume);
  if (standing === 'detaching') await forceWhenBusy(ctx, ticket);
  if (standing !== 'available') return undefined;
  const snapshotId = await snapshotOnce(ctx, ticket.volume);
  return snapshotId === undefined ? undefined : asImage(ctx, ticket, snapshotId);
}

const PATIENCE_SECONDS = 20;

/** Looks every second, for a while. */
async function within(ctx: SuspectContext, seen: () => Promise<boolean>): Promise<boolean> {
  for (let waited = 0; waited < PATIENCE_SECONDS; waited += 1) {
    if (await seen()) return true;
    await ctx.sleep({ seconds: 1 });
  }
  return false;
}

/**
 * A dump that failed: the volume does not stay on the suspect, by force where the host does not let go, and is deleted.
 * There is nothing on it that anybody could rely on.
 */
export async function giveUpVolume(
  ctx: SuspectContext,
  volume: DumpVolume,
  options: VolumeOptions,
): Promise<void> {
  const isOff = async () => ['available', 'gone'].includes(await standingOf(ctx, volume));
  if (!(await isOff())) {
    const parameters = { directory: folderOf(options) };
    const commandId = await ctx.suspect.send(UNMOUNT, { parameters, timeout: { minutes: 5 } });
    await within(
      ctx,
      async () => (await ctx.suspect.result(commandId, { patience: 'own' })).status === 'ended',
    );
    await detach(ctx, volume);
    if (!(await within(ctx, isOff))) await detach(ctx, volume, { by: 'force' });
    if (!(await within(ctx, isOff)))
      ctx.gap('VOLUME_STILL_ATTACHED', `${volume.volumeId} could not be taken off the suspect`);
  }
  await deleteVolume(ctx, volume);
}

async function deleteVolume(ctx: SuspectContext, { volumeId }: DumpVolume): Promise<void> {
  try {
    await ctx.suspectAccount.call(ec2.DeleteVolume, { VolumeId: volumeId });
  } catch (error) {
    if (isCode(error, 'InvalidVolume.NotFound')) return;
    ctx.notice('VOLUME_LEFT', `${volumeId} is still there: ${String(error)}`);
  }
}

export const VOLUME_ACTIONS = [
  'ec2:GetEbsDefaultKmsKeyId',
  'ec2:DescribeInstances',
  'ec2:DescribeVolumes',
  'ec2:CreateVolume',
  'ec2:CreateTags',
  'ec2:AttachVolume',
  'ec2:DetachVolume',
  'ec2:DeleteVolume',
  'ec2:CreateSnapshot',
  'ec2:DescribeSnapshots',
  'ec2:LockSnapshot',
] as const;
