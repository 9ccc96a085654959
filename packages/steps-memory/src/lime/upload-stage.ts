import type { SuspectContext } from '@cordon/core';
import { hostAnswer, missingParts, PARTS_PER_SHEET, planUpload } from '@cordon/core/aws';
import { UploadAnswer } from './answers.js';
import { folderOf, limeUpload, uploadScriptOf } from './host-scripts.js';
import type { UploadOptions } from './options.js';
import type { LimeTicket, Stage } from './ticket.js';

async function sendSheet(
  ctx: SuspectContext,
  ticket: Stage<'uploading'>,
  { options, parts }: { readonly options: UploadOptions; readonly parts: readonly number[] },
): Promise<LimeTicket> {
  const round = ticket.round + 1;
  const script = uploadScriptOf(round);
  const upload = limeUpload(ctx, options);
  const commandId = await ctx.makeOnce(`sheet ${round}`, {
    find: () => ctx.suspect.sent(script.name),
    make: async () => {
      const sheet = await upload.sheet(ticket.uploadId, parts);
      const partsize = planUpload(ticket.sizeBytes).partSizeBytes;
      const parameters = { directory: folderOf(options), partsize, sheet };
      return ctx.suspect.send(script, { parameters, timeout: { minutes: 20 } });
    },
  });
  return commandId === undefined ? ticket : { ...ticket, round, commandId };
}

/** A sheet has ended: well, or cut off. What is missing then goes onto the next one. */
async function afterSheet(
  ctx: SuspectContext,
  { commandId, ...ticket }: Stage<'uploading'> & { readonly commandId: string },
  missing: number,
): Promise<LimeTicket | undefined> {
  const result = await ctx.suspect.result(commandId);
  if (result.status === 'running') return undefined;
  if (missing > 0 && result.end === 'Success') hostAnswer(result, UploadAnswer);
  if (missing > 0 && result.end !== 'Success')
    ctx.notice('UPLOAD_CUT', `sheet ${ticket.round} ended as ${result.end}, ${missing} parts are missing`);
  return ticket;
}

/** Sheet after sheet, until S3 has every part. What S3 has already is not sent again. */
export async function whileUploading(
  ctx: SuspectContext,
  ticket: Stage<'uploading'>,
  options: UploadOptions,
): Promise<LimeTicket> {
  const plan = planUpload(ticket.sizeBytes);
  const progress = await limeUpload(ctx, options).progress(ticket.uploadId);
  const missing = missingParts(plan, progress);
  ctx.progress(progress.bytes, plan.totalBytes, 'bytes');
  if (ticket.commandId !== undefined) {
    const { commandId } = ticket;
    const next = await afterSheet(ctx, { ...ticket, commandId }, missing.length);
    if (next === undefined || missing.length > 0) return next ?? ticket;
  }
  if (missing.length > 0)
    return sendSheet(ctx, ticket, { options, parts: missing.slice(0, PARTS_PER_SHEET) });
  const { commandId: _, round: __, ...done } = ticket;
  return { ...done, stage: 'preserving' };
}
