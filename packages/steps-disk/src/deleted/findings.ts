import { type BaseContext, StepFailure } from '@cordon/core';
import * as v from 'valibot';

/** An archive of what was found of one volume, on the forensic instance. */
export const Found = v.object({
  volumeId: v.string(),
  sizeBytes: v.number(),
  sha256: v.string(),
  names: v.number(),
  recovered: v.number(),
});
export type Found = v.InferOutput<typeof Found>;

/** What `deleted-files.sh` answers: beside these two, volume id to `size sha256 names recovered`. */
export const LookAnswer = v.objectWithRest(
  { available: v.picklist(['0', '1']), unread: v.optional(v.string(), '') },
  v.string(),
);
export type LookAnswer = v.InferOutput<typeof LookAnswer>;

const LINE = /^(\d{1,15}) ([0-9a-f]{64}) (\d{1,10}) (\d{1,10})$/;

/** The archives of the volumes that were asked for; a volume without one had nothing that could be looked into. */
export function foundIn(answer: LookAnswer, volumeIds: readonly string[]): Found[] {
  return volumeIds.flatMap((volumeId) => {
    const line = answer[volumeId];
    if (line === undefined) return [];
    const match = LINE.exec(line);
    if (match === null) throw StepFailure.permanent('HOST_ANSWER', `what was found of ${volumeId}: ${line}`);
    const [, size, sha256 = '', names, recovered] = match;
    return [
      { volumeId, sizeBytes: Number(size), sha256, names: Number(names), recovered: Number(recovered) },
    ];
  });
}

/** A file system that the tool does not know is said; one that it knows and cannot read is a gap. */
export function tellUnread(ctx: BaseContext, { unread }: LookAnswer): void {
  for (const record of unread.split(';').filter((one) => one !== '')) {
    const [volume = '', partition = '', reason = ''] = record.split('|');
    const text = `deleted files of ${partition} of ${volume}: ${reason}`;
    if (reason.includes('does not read')) ctx.notice('DELETED_FILES_NOT_READ', text);
    else ctx.gap('DELETED_FILES_NOT_READ', text);
  }
}
