import { type BaseContext, type HostScript, StepFailure } from '@cordon/core';
import { hostAnswer, planUpload, stagedUpload } from '@cordon/core/aws';
import type { MemoryImage } from '@cordon/core/steps';
import * as v from 'valibot';
import deviceOf from '../host/device-of.sh';
import walk from '../lime/walk.sh';
import { Uploading, uploadParts } from '../upload/upload-parts.js';
import { createFrom, ForensicVolume, isAttached } from './forensic-volume.js';
import hashScript from './hash.sh';
import { type DumpSource, deleteSource, isComplete, share } from './source-snapshot.js';
import verifyScript from './verify.sh';

export const VERIFY: HostScript = { name: 'memory-verify', text: [deviceOf, walk, verifyScript].join('\n') };
const HASH: HostScript = { name: 'memory-hash', text: hashScript };
const DIRECTORY = '/mnt/memory';
const SCRATCH = '/var/tmp';

export interface PreserveMemoryOptions {
  /** Bucket of the security account, without default retention, that expires what lies in it. */
  readonly stagingBucket: string;
  /** ARN of the key for the volume; default: the snapshot's own. */
  readonly kmsKeyArn?: string;
}

export const PreserveTicket = v.variant('stage', [
  v.object({ stage: v.literal('completing'), since: v.string() }),
  v.object({ stage: v.literal('attaching'), volume: ForensicVolume }),
  v.object({ stage: v.literal('verifying'), commandId: v.string() }),
  /** It goes up, and is hashed meanwhile: either takes as long as the disk does. */
  v.object({ stage: v.literal('uploading'), ...Uploading, hashCommandId: v.string() }),
  /** Every part is there; it becomes evidence when its hash is the one that was told. */
  v.object({
    stage: v.literal('preserving'),
    uploadId: v.string(),
    sizeBytes: v.number(),
    hashCommandId: v.string(),
  }),
]);
export type PreserveTicket = v.InferOutput<typeof PreserveTicket>;
type Stage<S extends PreserveTicket['stage']> = Extract<PreserveTicket, { stage: S }>;

export interface Given {
  readonly options: PreserveMemoryOptions;
  readonly image: MemoryImage;
  readonly source: DumpSource;
  readonly instanceId: string;
  /** What that instance booted from. */
  readonly hostImage: string;
}

export function uploadOf(ctx: BaseContext, { stagingBucket }: PreserveMemoryOptions) {
  const key = `${ctx.incident.id}/memory/mem.lime`;
  return stagedUpload(ctx.securityAccount, { bucket: stagingBucket, key });
}

async function afterCompletion(
  ctx: BaseContext,
  ticket: Stage<'completing'>,
  { source, instanceId, options }: Given,
): Promise<PreserveTicket> {
  if (!(await isComplete(ctx, source, ticket.since))) return ticket;
  await share(ctx, source);
  await deleteSource(ctx, source);
  const volume = await createFrom(ctx, source, { instanceId, kmsKeyArn: options.kmsKeyArn });
  return { stage: 'attaching', volume };
}

async function afterAttach(
  ctx: BaseContext,
  ticket: Stage<'attaching'>,
  { instanceId }: Given,
): Promise<PreserveTicket> {
  if (!(await isAttached(ctx, ticket.volume, instanceId))) return ticket;
  const host = ctx.forensicHost(instanceId);
  const commandId = await ctx.makeOnce('verify command', {
    find: () => host.sent(VERIFY.name),
    make: () => {
      const parameters = { directory: DIRECTORY, volume: ticket.volume.volumeId };
      return host.send(VERIFY, { parameters, timeout: { hours: 5 } });
    },
  });
  return commandId === undefined ? ticket : { stage: 'verifying', commandId };
}

const VerifyAnswer = v.object({ size: v.pipe(v.string(), v.regex(/^\d{1,15}$/)), ranges: v.string() });
const HashAnswer = v.object({ sha256: v.string() });

/** The suspect has written it and told of it: both must agree, or somebody has had his hands on one of them. */
function assertSame(answer: v.InferOutput<typeof VerifyAnswer>, { artifact, ranges }: MemoryImage): void {
  if (answer.ranges !== ranges.map(({ start, end }) => `${start}-${end}`).join(','))
    throw StepFailure.permanent('RANGES_MISMATCH', 'the dump has other ranges than the host has told');
  if (answer.size !== String(artifact.sizeBytes))
    throw StepFailure.permanent('SIZE_MISMATCH', 'the dump has another size than the host has told');
}

async function afterVerify(
  ctx: BaseContext,
  ticket: Stage<'verifying'>,
  { instanceId, image, options }: Given,
): Promise<PreserveTicket> {
  const host = ctx.forensicHost(instanceId);
  const result = await host.result(ticket.commandId);
  if (result.status === 'running') return ticket;
  assertSame(hostAnswer(result, VerifyAnswer), image);
  const hashCommandId = await ctx.makeOnce('hash command', {
    find: () => host.sent(HASH.name),
    make: () => host.send(HASH, { parameters: { directory: DIRECTORY }, timeout: { hours: 5 } }),
  });
  const upload = uploadOf(ctx, options);
  const uploadId = await ctx.makeOnce('upload', { find: () => upload.find(), make: () => upload.begin() });
  if (uploadId === undefined || hashCommandId === undefined) return ticket;
  return { stage: 'uploading', sizeBytes: image.artifact.sizeBytes, uploadId, round: 0, hashCommandId };
}

async function whileUploading(
  ctx: BaseContext,
  ticket: Stage<'uploading'>,
  { instanceId, options }: Given,
): Promise<PreserveTicket> {
  const upload = uploadOf(ctx, options);
  const to = { host: ctx.forensicHost(instanceId), upload, directory: DIRECTORY, scratch: SCRATCH };
  const next = await uploadParts(ctx, ticket, to);
  if (next !== undefined) return next;
  const { uploadId, sizeBytes, hashCommandId } = ticket;
  return { stage: 'preserving', uploadId, sizeBytes, hashCommandId };
}

/** Its hash is the one that was told: it becomes an object, and evidence. Undefined: it is still being hashed. */
export async function adopt(ctx: BaseContext, ticket: Stage<'preserving'>, given: Given) {
  const { options, image, instanceId, hostImage } = given;
  const { sizeBytes, sha256, path, mediaType, acquiredBy, uri: origin } = image.artifact;
  const result = await ctx.forensicHost(instanceId).result(ticket.hashCommandId);
  if (result.status === 'running') return undefined;
  if (hostAnswer(result, HashAnswer).sha256 !== sha256)
    throw StepFailure.permanent('DIGEST_MISMATCH', 'the dump on the volume is not the one that was told of');
  await uploadOf(ctx, options).complete(ticket.uploadId, planUpload(ticket.sizeBytes));
  const source = { bucket: options.stagingBucket, key: `${ctx.incident.id}/memory/mem.lime` };
  const told = { path, mediaType, acquiredBy, origin, image: hostImage };
  return ctx.evidence.adopt({ ...told, source, expected: { sizeBytes, sha256 } });
}

/** What is next for a dump that stands there. */
export function advance(
  ctx: BaseContext,
  ticket: Exclude<PreserveTicket, { stage: 'preserving' }>,
  given: Given,
): Promise<PreserveTicket> {
  switch (ticket.stage) {
    case 'completing':
      return afterCompletion(ctx, ticket, given);
    case 'attaching':
      return afterAttach(ctx, ticket, given);
    case 'verifying':
      return afterVerify(ctx, ticket, given);
    case 'uploading':
      return whileUploading(ctx, ticket, given);
  }
}
