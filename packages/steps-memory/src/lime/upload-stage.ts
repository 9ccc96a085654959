import type { SuspectContext } from '@cordon/core';
import { uploadParts } from '../upload/upload-parts.js';
import { folderOf, limeUpload } from './host-scripts.js';
import type { UploadOptions } from './options.js';
import type { LimeTicket, Stage } from './ticket.js';

/** The dump goes up from the suspect, part by part. */
export async function whileUploading(
  ctx: SuspectContext,
  ticket: Stage<'uploading'>,
  options: UploadOptions,
): Promise<LimeTicket> {
  const upload = limeUpload(ctx, options);
  const next = await uploadParts(ctx, ticket, { host: ctx.suspect, upload, directory: folderOf(options) });
  if (next !== undefined) return next;
  const { commandId: _, round: __, ...done } = ticket;
  return { ...done, stage: 'preserving' };
}
