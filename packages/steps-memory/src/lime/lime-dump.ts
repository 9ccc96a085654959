import { definePolledStep, StepFailure, type SuspectContext } from '@cordon/core';
import { STAGED_UPLOAD_ACTIONS } from '@cordon/core/aws';
import {
  closeUploadWindow,
  containment,
  instance,
  memoryImage,
  openUploadWindow,
  UPLOAD_WINDOW_ACTIONS,
} from '@cordon/core/steps';
import { assertReachable } from '../host/reachable.js';
import { afterDump, afterProbe } from './dump-stages.js';
import { limeUpload, sendProbe, sendRemove } from './host-scripts.js';
import type { LimeDumpOptions } from './options.js';
import { afterRemoval, type Given, preserve } from './preserve-stages.js';
import { LimeTicket } from './ticket.js';
import { whileUploading } from './upload-stage.js';

/** When to look again. A dump of 64 GiB takes minutes, a probe a second. */
const PAUSE_SECONDS: Readonly<Record<LimeTicket['stage'], number>> = {
  probing: 5,
  dumping: 15,
  uploading: 15,
  preserving: 0,
  removing: 5,
};

async function next(
  ctx: SuspectContext,
  ticket: Exclude<LimeTicket, { stage: 'removing' }>,
  given: Given,
): Promise<LimeTicket> {
  const { options, contained } = given;
  switch (ticket.stage) {
    case 'probing':
      // The module comes from S3, and the dump goes there.
      await openUploadWindow(ctx, { containment: contained, lasting: { minutes: 60 } });
      return afterProbe(ctx, ticket, options);
    case 'dumping':
      return afterDump(ctx, ticket, options);
    case 'uploading':
      return whileUploading(ctx, ticket, options);
    case 'preserving':
      return preserve(ctx, ticket, given);
  }
}

/** Nothing of ours stays on the host, nothing of an unfinished upload in S3, and the window is closed. */
async function tidy(ctx: SuspectContext, ticket: LimeTicket, { options, contained }: Given): Promise<void> {
  if ('commandId' in ticket && ticket.commandId !== undefined) await ctx.suspect.cancel(ticket.commandId);
  if ('uploadId' in ticket) await limeUpload(ctx, options).abort(ticket.uploadId);
  await sendRemove(ctx, options);
  await closeUploadWindow(ctx, { containment: contained });
}

/** What ends the step for good, or starts it anew under another key, must not leave the dump behind. */
async function tidyOnFailure<T>(
  ctx: SuspectContext,
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

const ACTIONS = {
  suspect: [
    ...UPLOAD_WINDOW_ACTIONS,
    'ssm:SendCommand',
    'ssm:ListCommands',
    'ssm:GetCommandInvocation',
    'ssm:CancelCommand',
  ],
  security: [...STAGED_UPLOAD_ACTIONS],
};

const EFFECT = {
  summary:
    'A kernel module is loaded and taken out, or none where the kernel itself tells; the dump lies on a disk of the suspect until it is uploaded.',
  reversible: 'partly',
  manual: ['insmod lime.ko "path=/var/tmp/mem.lime" format=lime digest=sha256 timeout=0; rmmod lime'],
} as const;

/**
 * Takes the memory with LiME: the module for exactly this kernel, compared by hash before it is loaded; space, lockdown
 * and headers checked; uploaded in parts through presigned URLs, resumed where it was cut; size and digest compared
 * with those at the source.
 */
export function limeDump(options: LimeDumpOptions) {
  return definePolledStep({
    id: 'memory.lime',
    title: 'Takes the memory with LiME and preserves it',
    phase: 'capture',
    wants: [instance, containment],
    provides: [memoryImage],
    timeout: { minutes: 60 },
    actions: ACTIONS,
    effect: EFFECT,
    ticket: LimeTicket,
    async start(ctx, facts) {
      assertReachable(facts);
      return ctx.waiting({ stage: 'probing', commandId: await sendProbe(ctx, options) }, { seconds: 3 });
    },
    async recover(ctx) {
      const commandId = await ctx.suspect.sent('lime-probe');
      return commandId === null ? null : ctx.waiting({ stage: 'probing', commandId }, { seconds: 1 });
    },
    async poll(ctx, ticket, facts) {
      if (ticket.stage === 'removing') {
        const image = await afterRemoval(ctx, ticket);
        return image === undefined
          ? ctx.waiting(ticket, { seconds: PAUSE_SECONDS.removing })
          : ctx.done({ memoryImage: image });
      }
      const given = { options, contained: facts.containment };
      const now = await tidyOnFailure(
        ctx,
        () => next(ctx, ticket, given),
        () => tidy(ctx, ticket, given),
      );
      return ctx.waiting(now, { seconds: now.stage === ticket.stage ? PAUSE_SECONDS[now.stage] : 1 });
    },
    cancel: (ctx, ticket, facts) => tidy(ctx, ticket, { options, contained: facts.containment }),
  });
}
