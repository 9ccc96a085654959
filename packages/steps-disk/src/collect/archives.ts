import { type Facts, StepFailure } from '@cordon/core';
import type { forensicInstance } from '@cordon/core/steps';
import * as v from 'valibot';

/** An archive on the forensic instance. */
export const Archive = v.object({
  volumeId: v.string(),
  sizeBytes: v.number(),
  sha256: v.string(),
  files: v.number(),
  leftOut: v.number(),
  /** Files that the file system would not give. */
  unread: v.number(),
});
export type Archive = v.InferOutput<typeof Archive>;

/** The instance that the archives are made on, with what is mounted there. */
export type ForensicHost = Facts<readonly [typeof forensicInstance]>['forensicInstance'];

/** What `collect-files.sh` answers: volume id to `size sha256 files left-out unread`. */
export const CollectAnswer = v.record(v.string(), v.string());

const LINE = /^(\d{1,15}) ([0-9a-f]{64}) (\d{1,10}) (\d{1,10}) (\d{1,10})$/;

/** The archives, by the ids that were asked for. */
export function archivesOf(
  answer: v.InferOutput<typeof CollectAnswer>,
  volumeIds: readonly string[],
): Archive[] {
  return volumeIds.map((volumeId) => {
    const match = LINE.exec(answer[volumeId] ?? '');
    if (match === null) throw StepFailure.permanent('HOST_ANSWER', `no archive of ${volumeId} was made`);
    const [, size, sha256 = '', files, leftOut, unread] = match;
    const counts = { files: Number(files), leftOut: Number(leftOut), unread: Number(unread) };
    return { volumeId, sizeBytes: Number(size), sha256, ...counts };
  });
}
