import { StepFailure, type SuspectContext } from '@cordon/core';
import { hostAnswer, s3 } from '@cordon/core/aws';
import { isCode } from '@cordon/core/steps';
import { DumpAnswer, ProbeAnswer } from './answers.js';
import type { LimeModule } from './catalogue.js';
import { chooseMethod } from './choose-method.js';
import { DUMP, directoryOf, KCORE, limeUpload } from './host-scripts.js';
import type { LimeDumpOptions } from './options.js';
import type { LimeTicket, Stage } from './ticket.js';

const MODULE_SECONDS = 15 * 60;
const LONGEST = { minutes: 55 };

function sendLime(ctx: SuspectContext, { bucket, key, sha256 }: LimeModule, options: LimeDumpOptions) {
  return ctx.makeOnce('dump command', {
    find: () => ctx.suspect.sent(DUMP.name),
    make: async () => {
      const at = { Bucket: bucket, Key: key };
      const module = await ctx.securityAccount.presign(s3.GetObject, at, {
        expiresInSeconds: MODULE_SECONDS,
      });
      const parameters = { directory: directoryOf(options), module, modulesha: sha256 };
      return ctx.suspect.send(DUMP, { parameters, timeout: LONGEST });
    },
  });
}

function sendKcore(ctx: SuspectContext, options: LimeDumpOptions) {
  return ctx.makeOnce('kcore command', {
    find: () => ctx.suspect.sent(KCORE.name),
    make: () =>
      ctx.suspect.send(KCORE, { parameters: { directory: directoryOf(options) }, timeout: LONGEST }),
  });
}

/** The kernel is known: its memory begins to be written. */
export async function afterProbe(
  ctx: SuspectContext,
  ticket: Stage<'probing'>,
  options: LimeDumpOptions,
): Promise<LimeTicket> {
  const result = await ctx.suspect.result(ticket.commandId);
  if (result.status === 'running') return ticket;
  const probe = hostAnswer(result, ProbeAnswer);
  const method = chooseMethod(probe, options);
  const commandId =
    method.is === 'lime' ? await sendLime(ctx, method.module, options) : await sendKcore(ctx, options);
  if (commandId === undefined) return ticket;
  if (method.is === 'kcore') ctx.notice('LIME_NOT_USED', method.because);
  const otherwise =
    method.is === 'lime' && method.otherwise !== undefined ? { otherwise: method.otherwise } : {};
  return { stage: 'dumping', commandId, kernel: probe.kernel, method: method.is, ...otherwise };
}

/** What the kernel says to a module that it will not have. */
const REFUSED = ['LOCKDOWN', 'MODULE_REFUSED', 'MODULE_WRONG_KERNEL', 'INSMOD_FAILED'];

/** LiME was not taken: the kernel's own view is asked for, where the probe said that it can be read. */
async function instead(ctx: SuspectContext, ticket: Stage<'dumping'>, given: Refusal): Promise<LimeTicket> {
  const { thrown, options } = given;
  if (ticket.otherwise === undefined || !(thrown instanceof StepFailure) || !isCode(thrown, ...REFUSED))
    throw thrown;
  const commandId = await sendKcore(ctx, options);
  if (commandId === undefined) return ticket;
  ctx.notice('LIME_NOT_USED', `${thrown.code}: ${thrown.message}`);
  return { stage: 'dumping', commandId, kernel: ticket.kernel, method: 'kcore' };
}

interface Refusal {
  readonly thrown: unknown;
  readonly options: LimeDumpOptions;
}

function rangesOf(text: string) {
  return text.split(',').map((range) => {
    const [start = '', end = ''] = range.split('-');
    return { start, end };
  });
}

/** The kernel shows whole pages alone: a range of System RAM may lack one at each end. */
const EDGES_BYTES = 8192n;

function tell(ctx: SuspectContext, dumped: DumpAnswer, method: Stage<'dumping'>['method']): void {
  const { taintedBefore, taintedAfter, ram } = dumped;
  if (taintedAfter !== taintedBefore)
    ctx.notice('KERNEL_TAINTED', `the kernel's taint went from ${taintedBefore} to ${taintedAfter}`);
  if (dumped.loaded) ctx.gap('MODULE_STILL_LOADED', 'LiME could not be taken out of the kernel');
  const ranges = rangesOf(dumped.ranges);
  const held = ranges.reduce((sum, { start, end }) => sum + BigInt(end) - BigInt(start) + 1n, 0n);
  const missing = BigInt(ram) - held;
  const tolerated = method === 'kcore' ? BigInt(ranges.length) * EDGES_BYTES : 0n;
  if (missing < 0n || missing > tolerated)
    ctx.gap('MEMORY_NOT_WHOLE', `the dump holds ${held} bytes of memory, /proc/iomem tells ${ram}`);
}

/** The memory is written and its headers lead to its end: a multipart upload is begun. */
export async function afterDump(
  ctx: SuspectContext,
  ticket: Stage<'dumping'>,
  options: LimeDumpOptions,
): Promise<LimeTicket> {
  const result = await ctx.suspect.result(ticket.commandId);
  if (result.status === 'running') return ticket;
  let dumped: DumpAnswer;
  try {
    dumped = hostAnswer(result, DumpAnswer);
  } catch (thrown) {
    return instead(ctx, ticket, { thrown, options });
  }
  const upload = limeUpload(ctx, options);
  const uploadId = await ctx.makeOnce('upload', { find: () => upload.find(), make: () => upload.begin() });
  if (uploadId === undefined) return ticket;
  tell(ctx, dumped, ticket.method);
  const { size: sizeBytes, sha256 } = dumped;
  const { kernel, method } = ticket;
  const ranges = rangesOf(dumped.ranges);
  return { stage: 'uploading', kernel, method, sizeBytes, sha256, ranges, uploadId, round: 0 };
}
