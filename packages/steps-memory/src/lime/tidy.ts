import { type BaseContext, StepFailure, type SuspectContext } from '@cordon/core';
import { closeUploadWindow } from '@cordon/core/steps';
import { giveUpVolume } from '../volume/volume-stages.js';
import type { Given } from './fetch-stage.js';
import { limeUpload, sendRemove } from './host-scripts.js';
import { isUpload } from './options.js';
import type { LimeTicket } from './ticket.js';

async function takeBack(ctx: SuspectContext, ticket: LimeTicket, { options }: Given): Promise<void> {
  if ('commandId' in ticket && ticket.commandId !== undefined) await ctx.suspect.cancel(ticket.commandId);
  if (isUpload(options)) {
    if ('uploadId' in ticket) await limeUpload(ctx, options).abort(ticket.uploadId);
    await sendRemove(ctx, options);
  } else if ('volume' in ticket && ticket.volume !== undefined) {
    await giveUpVolume(ctx, ticket.volume, options);
  }
}

/** Nothing of ours stays on the host, nothing of an unfinished upload in S3, and the window is closed first of all. */
export async function tidy(ctx: SuspectContext, ticket: LimeTicket, given: Given): Promise<void> {
  try {
    await closeUploadWindow(ctx, { containment: given.contained });
  } finally {
    await takeBack(ctx, ticket, given);
  }
}

/** What ends the step for good, or starts it anew under another key, must not leave the dump behind. */
export async function tidyOnFailure<T>(
  ctx: BaseContext,
  work: () => Promise<T>,
  after: () => Promise<void>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StepFailure && (error.kind === 'permanent' || error.kind === 'restart'))
      await after().catch((trouble) => ctx.notice('NOT_TIDIED', String(trouble)));
    throw error;
  }
}
