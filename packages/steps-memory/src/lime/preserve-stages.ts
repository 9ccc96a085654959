import type { SuspectContext } from '@cordon/core';
import { hostAnswer, planUpload } from '@cordon/core/aws';
import { type Containment, closeUploadWindow, type MemoryImage } from '@cordon/core/steps';
import { RemoveAnswer } from './answers.js';
import { limeUpload, REMOVE, sendRemove, stagingKey } from './host-scripts.js';
import type { UploadOptions } from './options.js';
import type { LimeTicket, Stage } from './ticket.js';

interface Uploaded {
  readonly options: UploadOptions;
  readonly contained: Containment | undefined;
}

/** Completes the upload, takes it into the evidence store, and only then takes the dump off the host. */
export async function preserve(
  ctx: SuspectContext,
  ticket: Stage<'preserving'>,
  { options, contained }: Uploaded,
): Promise<LimeTicket> {
  const { uploadId, sizeBytes, sha256 } = ticket;
  await limeUpload(ctx, options).complete(uploadId, planUpload(sizeBytes));
  const artifact = await ctx.evidence.adopt({
    path: 'memory/mem.lime',
    source: { bucket: options.stagingBucket, key: stagingKey(ctx) },
    expected: { sizeBytes, sha256 },
    mediaType: 'application/octet-stream',
    acquiredBy: 'suspect',
    origin: ctx.suspect.instanceId,
  });
  await closeUploadWindow(ctx, { containment: contained });
  const commandId = await ctx.makeOnce('removal', {
    find: () => ctx.suspect.sent(REMOVE.name),
    make: () => sendRemove(ctx, options),
  });
  if (commandId === undefined) return ticket;
  const { kernel, method, ranges } = ticket;
  const since = ctx.now().toISOString();
  return { stage: 'removing', kernel, method, ranges, sizeBytes, sha256, artifact, commandId, since };
}

/** The image is safe: what the host still has of it must not cost us the fact. */
const LONGEST_REMOVAL_MS = 2 * 60_000;

/** The image, when the host has let go of it; undefined: not yet. */
export async function afterRemoval(
  ctx: SuspectContext,
  ticket: Stage<'removing'>,
): Promise<MemoryImage | undefined> {
  const result = await ctx.suspect.result(ticket.commandId, { patience: 'own' });
  const waited = ctx.now().getTime() - Date.parse(ticket.since);
  if (result.status === 'running' && waited < LONGEST_REMOVAL_MS) return undefined;
  try {
    if (result.status === 'running') throw new Error('the host does not answer');
    hostAnswer(result, RemoveAnswer);
  } catch (error) {
    ctx.gap('DUMP_NOT_REMOVED', `the host may still hold the dump: ${String(error)}`);
  }
  const { artifact, method, kernel, ranges } = ticket;
  return { artifact, format: 'lime', method, kernel, ranges };
}
