import type { Account } from '../engine/account.js';
import { StepFailure } from '../engine/failure.js';
import { s3 } from './operations.js';
import {
  findUpload,
  hasCode,
  listParts,
  objectBytes,
  type StagingTarget,
  type UploadProgress,
} from './staged-object.js';
import { partBytes, type UploadPlan } from './upload-plan.js';

/** IAM actions that a step with a staged upload declares for the security account. */
export const STAGED_UPLOAD_ACTIONS = [
  's3:PutObject',
  's3:GetObject',
  's3:DeleteObject',
  's3:AbortMultipartUpload',
  's3:ListBucketMultipartUploads',
  's3:ListMultipartUploadParts',
] as const;

/**
 * An upload by a host that holds no AWS credentials: it gets the URL of a *sheet*, a text of lines `PART URL`, and
 * puts each part to its URL. A sheet and its URLs live 15 minutes; the next one lies at the same place.
 */
export interface StagedUpload {
  /** Starts a multipart upload; returns its id. */
  begin(): Promise<string>;
  /** The oldest multipart upload under this key, for `recover`. */
  find(): Promise<string | null>;
  /** Stores a sheet for these parts (50 at most) and returns the URL that reads it. */
  sheet(uploadId: string, parts: readonly number[]): Promise<string>;
  /** A sheet of one line, `1 URL`, that puts the whole object: for files of up to 5 GB. No multipart upload needed. */
  wholeSheet(): Promise<string>;
  progress(uploadId: string): Promise<UploadProgress>;
  /** Ends the multipart upload. Harmless twice. @throws StepFailure `PARTS_MISSING`, `UPLOAD_LOST`, ... */
  complete(uploadId: string, plan: UploadPlan): Promise<void>;
  /** Size of the object as S3 has it; null when there is none. */
  sizeBytes(): Promise<number | null>;
  /** Ends a multipart upload that will not be completed. Harmless twice. */
  abort(uploadId: string): Promise<void>;
  /** Removes the sheet and the staged object, when the evidence store has taken it. */
  discard(): Promise<void>;
}

export const PARTS_PER_SHEET = 50;
const SHEET_SECONDS = 15 * 60;

/** The next parts to hand out: what the plan has and S3 has not (or has in another size). */
export function missingParts(plan: UploadPlan, progress: UploadProgress): readonly number[] {
  const there = new Set(
    progress.parts.filter(({ part, sizeBytes }) => sizeBytes === partBytes(plan, part)).map((p) => p.part),
  );
  return Array.from({ length: plan.parts }, (_, at) => at + 1).filter((part) => !there.has(part));
}

async function completeParts(
  account: Account,
  target: StagingTarget,
  { uploadId, plan }: { readonly uploadId: string; readonly plan: UploadPlan },
): Promise<void> {
  const progress = await listParts(account, target, uploadId);
  const missing = missingParts(plan, progress);
  if (missing.length > 0) {
    const message = `${missing.length} of ${plan.parts} parts, first ${missing[0]}`;
    throw StepFailure.retryable('PARTS_MISSING', message);
  }
  await account.call(s3.CompleteMultipartUpload, {
    Bucket: target.bucket,
    Key: target.key,
    UploadId: uploadId,
    MpuObjectSize: plan.totalBytes,
    MultipartUpload: {
      Parts: progress.parts
        .filter(({ part }) => part <= plan.parts)
        .map(({ part, etag }) => ({ PartNumber: part, ETag: etag })),
    },
  });
}

/** Completing says 200 before it is done, may fail inside that 200, and may be lost: only the object itself is proof. */
async function complete(
  account: Account,
  target: StagingTarget,
  upload: { readonly uploadId: string; readonly plan: UploadPlan },
): Promise<void> {
  let doubt: unknown;
  try {
    await completeParts(account, target, upload);
  } catch (error) {
    if (hasCode(error, 'ConditionalRequestConflict', 'OperationAborted')) {
      throw StepFailure.restart('UPLOAD_CONFLICT', 'S3 wants the upload anew', { cause: error });
    }
    const unknown = error instanceof StepFailure && error.kind === 'ambiguous';
    if (!unknown && !hasCode(error, 'NoSuchUpload')) throw error;
    doubt = error;
  }
  const size = await objectBytes(account, target);
  if (size === upload.plan.totalBytes) return;
  if (size !== null) {
    throw StepFailure.permanent(
      'UPLOAD_SIZE_WRONG',
      `${size} bytes are there, ${upload.plan.totalBytes} were planned`,
    );
  }
  if (hasCode(doubt, 'NoSuchUpload')) {
    throw StepFailure.restart('UPLOAD_LOST', 'neither the upload nor its object is there');
  }
  throw StepFailure.retryable('UPLOAD_NOT_COMPLETE', 'S3 has not made the object yet', { cause: doubt });
}

async function storeSheet(
  account: Account,
  { bucket, key }: StagingTarget,
  lines: readonly string[],
): Promise<string> {
  const sheet = { Bucket: bucket, Key: `${key}.sheet` };
  const body = lines.map((line) => `${line}\n`).join('');
  await account.call(s3.PutObject, { ...sheet, Body: body, ContentType: 'text/plain' });
  return account.presign(s3.GetObject, sheet, { expiresInSeconds: SHEET_SECONDS });
}

async function beginUpload(account: Account, { bucket, key }: StagingTarget): Promise<string> {
  const { UploadId } = await account.call(s3.CreateMultipartUpload, { Bucket: bucket, Key: key });
  if (UploadId === undefined) {
    throw StepFailure.ambiguous('NO_UPLOAD_ID', 's3:CreateMultipartUpload gave no id');
  }
  return UploadId;
}

/** The upload of one object to the staging bucket, by a host, under the given session. */
export function stagedUpload(account: Account, target: StagingTarget): StagedUpload {
  const at = { Bucket: target.bucket, Key: target.key };
  return {
    begin: () => beginUpload(account, target),
    find: () => findUpload(account, target),
    async sheet(uploadId, parts) {
      if (parts.length === 0 || parts.length > PARTS_PER_SHEET) {
        throw StepFailure.permanent('BAD_SHEET', `${parts.length} parts`);
      }
      const line = async (part: number) => {
        const input = { ...at, UploadId: uploadId, PartNumber: part };
        return `${part} ${await account.presign(s3.UploadPart, input, { expiresInSeconds: SHEET_SECONDS })}`;
      };
      return storeSheet(account, target, await Promise.all(parts.map(line)));
    },
    async wholeSheet() {
      const url = await account.presign(s3.PutObject, at, { expiresInSeconds: SHEET_SECONDS });
      return storeSheet(account, target, [`1 ${url}`]);
    },
    progress: (uploadId) => listParts(account, target, uploadId),
    complete: (uploadId, plan) => complete(account, target, { uploadId, plan }),
    sizeBytes: () => objectBytes(account, target),
    async abort(uploadId) {
      try {
        await account.call(s3.AbortMultipartUpload, { ...at, UploadId: uploadId });
      } catch (error) {
        if (!hasCode(error, 'NoSuchUpload')) throw error;
      }
    },
    async discard() {
      await account.call(s3.DeleteObject, { Bucket: target.bucket, Key: `${target.key}.sheet` });
      await account.call(s3.DeleteObject, at);
    },
  };
}
