import { type HostScript, StepFailure, type SuspectContext } from '@cordon/core';
import { hostAnswer, missingParts, PARTS_PER_SHEET, planUpload, s3, stagedUpload } from '@cordon/core/aws';
import { DumpAnswer, ProbeAnswer, UploadAnswer } from './answers.js';
import { moduleFor } from './catalogue.js';
import dumpScript from './dump.sh';
import type { LimeDumpOptions } from './options.js';
import probeScript from './probe.sh';
import removeScript from './remove.sh';
import type { LimeTicket, Stage } from './ticket.js';
import uploadScript from './upload.sh';

const GIB = 2 ** 30;
/** Room beside the memory: headers, the module, one part that is being cut out. */
const MARGIN_SHARE = 0.1;
const LEAST_MARGIN_BYTES = 96 * 2 ** 20;
const MODULE_SECONDS = 15 * 60;

const PROBE: HostScript = { name: 'lime-probe', text: probeScript };
const DUMP: HostScript = { name: 'lime-dump', text: dumpScript };
const REMOVE: HostScript = { name: 'lime-remove', text: removeScript };

export function directoryOf({ directory = '/var/tmp' }: LimeDumpOptions): string {
  return directory;
}

export function limeUpload(ctx: SuspectContext, { stagingBucket }: LimeDumpOptions) {
  return stagedUpload(ctx.securityAccount, {
    bucket: stagingBucket,
    key: `${ctx.incident.id}/memory/mem.lime`,
  });
}

export function sendProbe(ctx: SuspectContext, options: LimeDumpOptions): Promise<string> {
  const parameters = { directory: directoryOf(options) };
  return ctx.suspect.send(PROBE, { parameters, timeout: { minutes: 5 } });
}

export function sendRemove(ctx: SuspectContext, options: LimeDumpOptions): Promise<string> {
  const parameters = { directory: directoryOf(options) };
  return ctx.suspect.send(REMOVE, { parameters, timeout: { minutes: 5 } });
}

function assertPossible(probe: ProbeAnswer, { maxRamGiB = 256 }: LimeDumpOptions): void {
  const refuse = (code: string, message: string) => {
    throw StepFailure.permanent(code, message);
  };
  if (probe.lockdown !== 'none')
    refuse(
      'LOCKDOWN',
      `the kernel is locked down (${probe.lockdown}): it loads only modules that it can verify`,
    );
  if (probe.loaded > 0) refuse('LIME_LOADED_ALREADY', 'a module named lime is loaded, and not by us');
  if (probe.ram === 0) refuse('RAM_UNKNOWN', '/proc/iomem tells no memory');
  if (probe.ram > maxRamGiB * GIB)
    refuse('TOO_MUCH_RAM', `${Math.round(probe.ram / GIB)} GiB of memory, ${maxRamGiB} GiB are allowed`);
  const needed = probe.ram + Math.max(LEAST_MARGIN_BYTES, probe.ram * MARGIN_SHARE);
  if (probe.free < needed)
    refuse(
      'NO_SPACE',
      `${probe.free} bytes are free, ${Math.ceil(needed)} are needed: the dump would be short`,
    );
}

/** The kernel is known: the module for it goes out, and LiME writes. */
export async function afterProbe(
  ctx: SuspectContext,
  ticket: Stage<'probing'>,
  options: LimeDumpOptions,
): Promise<LimeTicket> {
  const result = await ctx.suspect.result(ticket.commandId);
  if (result.status === 'running') return ticket;
  const probe = hostAnswer(result, ProbeAnswer);
  assertPossible(probe, options);
  const { bucket, key, sha256 } = moduleFor(options.modules, probe);
  const commandId = await ctx.makeOnce('dump command', {
    find: () => ctx.suspect.sent(DUMP.name),
    make: async () => {
      const at = { Bucket: bucket, Key: key };
      const module = await ctx.securityAccount.presign(s3.GetObject, at, {
        expiresInSeconds: MODULE_SECONDS,
      });
      const parameters = { directory: directoryOf(options), module, modulesha: sha256 };
      return ctx.suspect.send(DUMP, { parameters, timeout: { minutes: 55 } });
    },
  });
  return commandId === undefined ? ticket : { stage: 'dumping', commandId, kernel: probe.kernel };
}

function rangesOf(text: string) {
  return text.split(',').map((range) => {
    const [start = '', end = ''] = range.split('-');
    return { start, end };
  });
}

/** The memory is written and its headers lead to its end: a multipart upload is begun. */
export async function afterDump(
  ctx: SuspectContext,
  ticket: Stage<'dumping'>,
  options: LimeDumpOptions,
): Promise<LimeTicket> {
  const result = await ctx.suspect.result(ticket.commandId);
  if (result.status === 'running') return ticket;
  const dumped = hostAnswer(result, DumpAnswer);
  if (dumped.taintedAfter !== dumped.taintedBefore)
    ctx.notice(
      'KERNEL_TAINTED',
      `the kernel's taint went from ${dumped.taintedBefore} to ${dumped.taintedAfter}`,
    );
  const upload = limeUpload(ctx, options);
  const uploadId = await ctx.makeOnce('upload', { find: () => upload.find(), make: () => upload.begin() });
  if (uploadId === undefined) return ticket;
  const { size: sizeBytes, sha256 } = dumped;
  return {
    stage: 'uploading',
    kernel: ticket.kernel,
    sizeBytes,
    sha256,
    ranges: rangesOf(dumped.ranges),
    uploadId,
    round: 0,
  };
}

async function sendSheet(
  ctx: SuspectContext,
  ticket: Stage<'uploading'>,
  options: LimeDumpOptions,
  parts: readonly number[],
) {
  const round = ticket.round + 1;
  const script: HostScript = { name: `lime-upload-${round}`, text: uploadScript };
  const upload = limeUpload(ctx, options);
  const commandId = await ctx.makeOnce(`sheet ${round}`, {
    find: () => ctx.suspect.sent(script.name),
    make: async () => {
      const sheet = await upload.sheet(ticket.uploadId, parts);
      const partsize = planUpload(ticket.sizeBytes).partSizeBytes;
      const parameters = { directory: directoryOf(options), partsize, sheet };
      return ctx.suspect.send(script, { parameters, timeout: { minutes: 20 } });
    },
  });
  return commandId === undefined ? ticket : { ...ticket, round, commandId };
}

/** Sheet after sheet, until S3 has every part. What S3 has already is not sent again. */
export async function whileUploading(
  ctx: SuspectContext,
  ticket: Stage<'uploading'>,
  options: LimeDumpOptions,
): Promise<LimeTicket> {
  const plan = planUpload(ticket.sizeBytes);
  const progress = await limeUpload(ctx, options).progress(ticket.uploadId);
  const missing = missingParts(plan, progress);
  ctx.progress(progress.bytes, plan.totalBytes, 'bytes');
  if (ticket.commandId !== undefined) {
    const result = await ctx.suspect.result(ticket.commandId);
    if (result.status === 'running') return ticket;
    const { commandId: _, ...next } = ticket;
    // URLs that ran out, a part that was cut off: the next sheet has what is missing. Another failure ends the step.
    if (missing.length === 0) return { ...next, stage: 'preserving' };
    if (result.end === 'Success') hostAnswer(result, UploadAnswer);
    else
      ctx.notice(
        'UPLOAD_CUT',
        `sheet ${ticket.round} ended as ${result.end}, ${missing.length} parts are missing`,
      );
    return next;
  }
  if (missing.length === 0) {
    const { commandId: _, round: __, ...done } = ticket;
    return { ...done, stage: 'preserving' };
  }
  return sendSheet(ctx, ticket, options, missing.slice(0, PARTS_PER_SHEET));
}
