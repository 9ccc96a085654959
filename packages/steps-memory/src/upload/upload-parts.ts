import { type BaseContext, type HostScript, type RemoteHost, StepFailure } from '@cordon/core';
import {
  commandFailure,
  hostAnswer,
  missingParts,
  PARTS_PER_SHEET,
  planUpload,
  type StagedUpload,
} from '@cordon/core/aws';
import { isCode } from '@cordon/core/steps';
import * as v from 'valibot';
import uploadScript from './upload.sh';

/**
 * Where an upload in parts stands. `round` counts the sheets of part URLs; no command: the next has to be sent.
 * `bytes` is what S3 had when the last one had ended, `fruitless` how many in a row have brought nothing.
 */
export const Uploading = {
  sizeBytes: v.number(),
  uploadId: v.string(),
  round: v.number(),
  commandId: v.optional(v.string()),
  bytes: v.optional(v.number()),
  fruitless: v.optional(v.number()),
};
type Standing = v.InferOutput<v.ObjectSchema<typeof Uploading, undefined>>;
const UploadAnswer = v.object({ sent: v.pipe(v.string(), v.regex(/^\d{1,5}$/)) });

/** Each sheet is a command of its own. */
export function uploadScriptOf(round: number): HostScript {
  return { name: `lime-upload-${round}`, text: uploadScript };
}

export interface PartsUpload {
  readonly host: RemoteHost;
  readonly upload: StagedUpload;
  /** Folder of the host in which the dump's own folder lies. */
  readonly directory: string;
  /** Folder for the piece that is sent; default: beside the dump. */
  readonly scratch?: string;
}

interface Sheet {
  readonly to: PartsUpload;
  readonly parts: readonly number[];
}

async function sendSheet<T extends Standing>(
  ctx: BaseContext,
  standing: T,
  { to, parts }: Sheet,
): Promise<T> {
  const { host, upload, directory, scratch } = to;
  const round = standing.round + 1;
  const script = uploadScriptOf(round);
  const commandId = await ctx.makeOnce(`sheet ${round}`, {
    find: () => host.sent(script.name),
    make: async () => {
      const sheet = await upload.sheet(standing.uploadId, parts);
      const partsize = planUpload(standing.sizeBytes).partSizeBytes;
      const where = scratch === undefined ? { directory } : { directory, scratch };
      return host.send(script, { parameters: { ...where, partsize, sheet }, timeout: { minutes: 20 } });
    },
  });
  return commandId === undefined ? standing : { ...standing, round, commandId };
}

/** What the next sheet would say again. */
const FOR_GOOD = ['DUMP_GONE', 'NO_SPACE'];
/** An agent whose disk is full cannot even lay down the script that would make do without it. */
const MOST_FRUITLESS = 10;

/** How a sheet has ended; why, where it was cut off. */
interface EndOfSheet {
  readonly failure?: StepFailure;
}

/**
 * Whether a sheet has ended: well, or cut off. What is missing then goes onto the next one. Undefined: it runs.
 *
 * @throws StepFailure `DUMP_GONE`, `NO_SPACE`, `AGENT_SILENT`
 */
async function endOf(
  ctx: BaseContext,
  { round, commandId = '' }: Standing,
  { host, missing }: { readonly host: RemoteHost; readonly missing: number },
): Promise<EndOfSheet | undefined> {
  // S3 has every part: whether the script still tells us so is not worth the dump.
  const result = await host.result(commandId).catch((error: unknown) => {
    if (missing === 0 && isCode(error, 'AGENT_SILENT')) return undefined;
    throw error;
  });
  if (result === undefined) return {};
  if (result.status === 'running') return undefined;
  if (missing > 0 && result.end === 'Success') hostAnswer(result, UploadAnswer);
  if (missing === 0 || result.end === 'Success') return {};
  const failure = commandFailure(result);
  if (isCode(failure, ...FOR_GOOD)) throw failure;
  ctx.notice('UPLOAD_CUT', `sheet ${round} ended as ${result.end}, ${missing} parts are missing`);
  return { failure };
}

/**
 * What is known before the next sheet: how many in a row have brought nothing.
 *
 * @throws StepFailure `UPLOAD_STUCK`
 */
function beforeNext<T extends Standing>(
  { commandId: _, ...standing }: T,
  bytes: number,
  { failure }: EndOfSheet,
): T {
  const fruitless = bytes > (standing.bytes ?? 0) ? 0 : (standing.fruitless ?? 0) + 1;
  if (fruitless >= MOST_FRUITLESS) {
    const last = failure === undefined ? '' : ` (the last: ${failure.code}: ${failure.message})`;
    throw StepFailure.permanent('UPLOAD_STUCK', `${fruitless} sheets in a row have brought nothing${last}`);
  }
  // Without a command it is the same shape: the next look sends the next sheet.
  return { ...standing, bytes, fruitless } as unknown as T;
}

/**
 * Sheet after sheet, until S3 has every part; what S3 has already is not sent again. Undefined: all are there, and no
 * command runs any more.
 */
export async function uploadParts<T extends Standing>(
  ctx: BaseContext,
  standing: T,
  to: PartsUpload,
): Promise<T | undefined> {
  const plan = planUpload(standing.sizeBytes);
  const progress = await to.upload.progress(standing.uploadId);
  const missing = missingParts(plan, progress);
  ctx.progress(progress.bytes, plan.totalBytes, 'bytes');
  if (standing.commandId !== undefined) {
    const end = await endOf(ctx, standing, { host: to.host, missing: missing.length });
    if (end === undefined) return standing;
    if (missing.length > 0) return beforeNext(standing, progress.bytes, end);
  }
  if (missing.length === 0) return undefined;
  return sendSheet(ctx, standing, { to, parts: missing.slice(0, PARTS_PER_SHEET) });
}
