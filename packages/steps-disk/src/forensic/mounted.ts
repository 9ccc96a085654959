import * as v from 'valibot';
import type { EvidenceVolume } from './volumes.js';

/** What `mount-evidence.sh` answers: records with `;` behind, fields with `|` between. */
export const MountAnswer = v.object({ mounts: v.string(), failed: v.string() });

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
