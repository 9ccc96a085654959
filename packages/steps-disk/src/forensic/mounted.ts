import type { BaseContext } from '@cordon/core';
import * as v from 'valibot';
import type { EvidenceVolume } from './volumes.js';

/** What `mount-evidence.sh` answers: records with `;` behind, fields with `|` between. */
export const MountAnswer = v.object({
  mounts: v.string(),
  failed: v.string(),
  replayed: v.string(),
  open: v.optional(v.string()),
});

function records(text: string, fields: number): readonly (readonly string[])[] {
  return text
    .split(';')
    .filter((record) => record !== '')
    .map((record) => record.split('|'))
    .filter((record) => record.length === fields);
}

const MOUNT_PATH = /^\/mnt\/evidence\/vol-[0-9a-f]{8,17}\/[a-z0-9]+$/;

/** The volumes with what is mounted of them. */
export function mountedVolumes(
  answer: v.InferOutput<typeof MountAnswer>,
  volumes: readonly EvidenceVolume[],
) {
  const mounts = records(answer.mounts, 4);
  const failed = records(answer.failed, 3);
  return volumes.map(({ sourceVolumeId, volumeId }) => ({
    sourceVolumeId,
    volumeId,
    mounts: mounts.flatMap(([volume, partition = '', filesystem = '', path = '']) =>
      volume === volumeId && MOUNT_PATH.test(path) ? [{ partition, filesystem, path }] : [],
    ),
    notMounted: failed.flatMap(([volume, partition = '', reason = '']) =>
      volume === volumeId ? [{ partition, reason }] : [],
    ),
  }));
}

/** Partitions on which no file system lies that could be looked into: nothing is missing when they are left out. */
const NOTHING_TO_SEE = new Set(['swap', 'no file system that is known here']);

/** What should have been mounted and was not is a gap in the examination. */
export function tellNotMounted(ctx: BaseContext, volumes: ReturnType<typeof mountedVolumes>): void {
  for (const { sourceVolumeId, mounts, notMounted } of volumes)
    for (const { partition, reason } of notMounted)
      if (mounts.length === 0 || !NOTHING_TO_SEE.has(reason))
        ctx.gap('NOT_MOUNTED', `${partition} of ${sourceVolumeId}: ${reason}`);
}

/** Volumes that the instance could write to before we came, though its image should have kept it from that. */
export function tellOpen(ctx: BaseContext, { open }: v.InferOutput<typeof MountAnswer>): void {
  for (const [volume = ''] of records(open ?? '', 1))
    ctx.notice('EVIDENCE_WAS_WRITABLE', `${volume} was read-only only from when it was mounted`);
}

/** Which file systems are read as their journal left them, and not as they lie on the disk. */
export function tellReplayed(ctx: BaseContext, { replayed }: v.InferOutput<typeof MountAnswer>): void {
  for (const [volume = '', partition = ''] of records(replayed, 2))
    ctx.notice(
      'JOURNAL_REPLAYED',
      `${partition} of ${volume} is read through an overlay on which its journal was replayed; the volume is as it was`,
    );
}
