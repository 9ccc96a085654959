import { StepFailure } from '../engine/failure.js';

const MIB = 1024 ** 2;
/** S3 allows 10,000 parts; a thousand are kept in reserve for a file that grew since it was measured. */
const PARTS_AIMED_AT = 9_000;
const SMALLEST_PART = 64 * MIB;
/** S3's own bounds: a part of at most 5 GiB, an object of at most 10,000 of the parts it allows. */
const LARGEST_PART = 5 * 1024 * MIB;

/** How a file is cut for a multipart upload. JSON: it may lie in a ticket. */
export interface UploadPlan {
  readonly totalBytes: number;
  /** Of every part but the last. */
  readonly partSizeBytes: number;
  readonly parts: number;
}

/**
 * Parts of at least 64 MiB, so many that S3's 10,000 are never reached, in whole MiB so that `dd` can cut them.
 *
 * @throws StepFailure `UPLOAD_TOO_LARGE` above 45 TB, `UPLOAD_EMPTY` for nothing
 */
export function planUpload(totalBytes: number): UploadPlan {
  if (!(totalBytes > 0)) throw StepFailure.permanent('UPLOAD_EMPTY', `a file of ${totalBytes} bytes`);
  const partSizeBytes = Math.max(SMALLEST_PART, Math.ceil(totalBytes / PARTS_AIMED_AT / MIB) * MIB);
  if (partSizeBytes > LARGEST_PART) {
    throw StepFailure.permanent('UPLOAD_TOO_LARGE', `${totalBytes} bytes do not fit into S3's parts`);
  }
  return { totalBytes, partSizeBytes, parts: Math.ceil(totalBytes / partSizeBytes) };
}

/** Bytes of a part, from 1. */
export function partBytes(plan: UploadPlan, part: number): number {
  return part < plan.parts ? plan.partSizeBytes : plan.totalBytes - plan.partSizeBytes * (plan.parts - 1);
}
