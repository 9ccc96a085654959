import { definePolledStep, StepFailure, type SuspectContext } from '@cordon/core';
import { planUpload, STAGED_UPLOAD_ACTIONS } from '@cordon/core/aws';
import {
  type Containment,
  closeUploadWindow,
  containment,
  type MemoryImage,
  memoryImage,
  openUploadWindow,
  UPLOAD_WINDOW_ACTIONS,
} from '@cordon/core/steps';
import type { LimeDumpOptions } from './options.js';
import { afterDump, afterProbe, limeUpload, sendProbe, sendRemove, whileUploading } from './stages.js';
import { LimeTicket, type Stage } from './ticket.js';

/** When to look again. A dump of 64 GiB takes minutes, a probe a second. */
const PAUSE_SECONDS: Readonly<Record<LimeTicket['stage'], number>> = {
  probing: 5,
  dumping: 15,
  uploading: 15,
  preserving: 0,
};

interface Given {
  readonly options: LimeDumpOptions;
  readonly contained: Containment | undefined;
}

/** Completes the upload, takes it into the evidence store, and only then takes the dump off the host. */
async function preserve(
  ctx: SuspectContext,
  ticket: Stage<'preserving'>,
  { options, contained }: Given,
): Promise<MemoryImage> {
  const { kernel, sizeBytes, sha256, ranges } = ticket;
  await limeUpload(ctx, options).complete(ticket.uploadId, planUpload(sizeBytes));
  const artifact = await ctx.evidence.adopt({
    path: 'memory/mem.lime',
    source: { bucket: options.stagingBucket, key: `${ctx.incident.id}/memory/mem.lime` },
    expected: { sizeBytes, sha256 },
    mediaType: 'application/octet-stream',
    acquiredBy: 'suspect',
    origin: ctx.suspect.instanceId,
  });
  await sendRemove(ctx, options);
  await closeUploadWindow(ctx, { containment: contained });
  return { artifact, format: 'lime', method: 'lime', kernel, ranges };
}

async function next(
  ctx: SuspectContext,
  ticket: Exclude<LimeTicket, { stage: 'preserving' }>,
  { options, contained }: Given,
): Promise<LimeTicket> {
  switch (ticket.stage) {
    case 'probing':
      // The module comes from S3, and the dump goes there.
      await openUploadWindow(ctx, { containment: contained, lasting: { minutes: 60 } });
      return afterProbe(ctx, ticket, options);
    case 'dumping':
      return afterDump(ctx, ticket, options);
    case 'uploading':
      return whileUploading(ctx, ticket, options);
  }
}

/** Nothing of ours stays on the host, nothing of an unfinished upload in S3, and the window is closed. */
async function tidy(ctx: SuspectContext, ticket: LimeTicket, { options, contained }: Given): Promise<void> {
  if ('commandId' in ticket && ticket.commandId !== undefined) await ctx.suspect.cancel(ticket.commandId);
  if ('uploadId' in ticket) await limeUpload(ctx, options).abort(ticket.uploadId);
  await sendRemove(ctx, options);
  await closeUploadWindow(ctx, { containment: contained });
}

/** What ends the step for good must not leave the dump behind. */
async function tidyOnFailure<T>(
  ctx: SuspectContext,
  work: () => Promise<T>,
  after: () => Promise<void>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StepFailure && error.kind === 'permanent')
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
    'A kernel module is loaded and taken out; the dump lies on a disk of the suspect until it is uploaded.',
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
    wants: [containment],
    provides: [memoryImage],
    timeout: { minutes: 60 },
    actions: ACTIONS,
    effect: EFFECT,
    ticket: LimeTicket,
    async start(ctx) {
      return ctx.waiting({ stage: 'probing', commandId: await sendProbe(ctx, options) }, { seconds: 3 });
    },
    async recover(ctx) {
      const commandId = await ctx.suspect.sent('lime-probe');
      return commandId === null ? null : ctx.waiting({ stage: 'probing', commandId }, { seconds: 1 });
    },
    async poll(ctx, ticket, facts) {
      const given = { options, contained: facts.containment };
      const tidyUp = () => tidy(ctx, ticket, given);
      if (ticket.stage === 'preserving')
        return ctx.done({
          memoryImage: await tidyOnFailure(ctx, () => preserve(ctx, ticket, given), tidyUp),
        });
      const now = await tidyOnFailure(ctx, () => next(ctx, ticket, given), tidyUp);
      return ctx.waiting(now, { seconds: now.stage === ticket.stage ? PAUSE_SECONDS[now.stage] : 1 });
    },
    cancel: (ctx, ticket, facts) => tidy(ctx, ticket, { options, contained: facts.containment }),
  });
}
