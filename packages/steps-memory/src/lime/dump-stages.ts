import { StepFailure, type SuspectContext } from '@cordon/core';
import { hostAnswer } from '@cordon/core/aws';
import { isCode } from '@cordon/core/steps';
import { toolsOf } from '../catalogue/read-catalogue.js';
import { createVolume } from '../volume/dump-volume.js';
import { sendUnmount } from '../volume/volume-stages.js';
import { DumpAnswer, ProbeAnswer } from './answers.js';
import { chooseMethods, roomFor } from './choose-method.js';
import { afterFetch, begin, type Given } from './fetch-stage.js';
import { limeUpload } from './host-scripts.js';
import { isUpload } from './options.js';
import { tellDumped } from './tell-dumped.js';
import type { Dumped, LimeTicket, Stage, Taking } from './ticket.js';

/** The kernel is known, and how its memory is taken: it begins, or the volume for it is made. */
export async function afterProbe(
  ctx: SuspectContext,
  ticket: Stage<'probing'>,
  given: Given,
): Promise<LimeTicket> {
  const { options } = given;
  const result = await ctx.suspect.result(ticket.commandId);
  if (result.status === 'running') return ticket;
  const probe = hostAnswer(result, ProbeAnswer);
  const { methods, because } = chooseMethods(probe, { options, tools: await toolsOf(ctx, options) });
  const [method, ...otherwise] = methods;
  const { kernel, architecture } = probe;
  const taking: Taking = { kernel, architecture, method, otherwise };
  const next = isUpload(options)
    ? await begin(ctx, taking, given)
    : await onVolume(ctx, taking, { bytes: roomFor(probe.ram), volumeKeyArn: options.volumeKeyArn });
  if (next === undefined) return ticket;
  if (because !== undefined) ctx.notice('LIME_NOT_USED', because);
  return next;
}

async function onVolume(
  ctx: SuspectContext,
  taking: Taking,
  wanted: Parameters<typeof createVolume>[1],
): Promise<Stage<'attaching'>> {
  return { ...taking, stage: 'attaching', volume: await createVolume(ctx, wanted) };
}

/** What a kernel says to a module that it will not have, and what else stands in the way of one method alone. */
const NOT_THIS_WAY = [
  ...['LOCKDOWN', 'MODULE_REFUSED', 'MODULE_WRONG_KERNEL', 'INSMOD_FAILED', 'LIME_LOADED_ALREADY'],
  ...['MODULE_NOT_FETCHED', 'MODULE_MISMATCH', 'AVML_FAILED'],
];

/** This method failed before it wrote anything: the next one is tried, where there is one. */
async function instead(
  ctx: SuspectContext,
  ticket: Stage<'fetching' | 'dumping'>,
  { thrown, given }: { readonly thrown: unknown; readonly given: Given },
): Promise<LimeTicket> {
  const { commandId: _, method: failed, otherwise, ...taking } = ticket;
  const [method, ...rest] = otherwise;
  if (method === undefined || !(thrown instanceof StepFailure) || !isCode(thrown, ...NOT_THIS_WAY))
    throw thrown;
  const next = await begin(ctx, { ...taking, method, otherwise: rest }, given);
  if (next === undefined) return ticket;
  const code = failed === 'lime' ? 'LIME_NOT_USED' : 'AVML_NOT_USED';
  ctx.notice(code, `${thrown.code}: ${thrown.message}`);
  return next;
}

/** As `afterFetch`; what cannot be fetched is done without. */
export async function afterFetchOrInstead(
  ctx: SuspectContext,
  ticket: Stage<'fetching'>,
  given: Given,
): Promise<LimeTicket> {
  try {
    return await afterFetch(ctx, ticket, given);
  } catch (thrown) {
    return instead(ctx, ticket, { thrown, given });
  }
}

function rangesOf(text: string) {
  return text.split(',').map((range) => {
    const [start = '', end = ''] = range.split('-');
    return { start, end };
  });
}

async function beginUpload(
  ctx: SuspectContext,
  dumped: Dumped,
  options: Parameters<typeof limeUpload>[1],
): Promise<Stage<'uploading'> | undefined> {
  const upload = limeUpload(ctx, options);
  const uploadId = await ctx.makeOnce('upload', { find: () => upload.find(), make: () => upload.begin() });
  return uploadId === undefined ? undefined : { ...dumped, stage: 'uploading', uploadId, round: 0 };
}

/** The memory is written and its headers lead to its end: it goes up, or its volume comes off. */
export async function afterDump(
  ctx: SuspectContext,
  ticket: Stage<'dumping'>,
  given: Given,
): Promise<LimeTicket> {
  const { options } = given;
  const result = await ctx.suspect.result(ticket.commandId);
  if (result.status === 'running') return ticket;
  let answer: DumpAnswer;
  try {
    answer = hostAnswer(result, DumpAnswer);
  } catch (thrown) {
    return instead(ctx, ticket, { thrown, given });
  }
  const { kernel, method, volume } = ticket;
  const { size: sizeBytes, sha256 } = answer;
  const dumped: Dumped = { kernel, method, sizeBytes, sha256, ranges: rangesOf(answer.ranges) };
  let next: LimeTicket | undefined;
  if (isUpload(options)) next = await beginUpload(ctx, dumped, options);
  else if (volume !== undefined) next = await sendUnmount(ctx, { ...dumped, volume }, options);
  if (next === undefined) return ticket;
  tellDumped(ctx, answer, dumped);
  return next;
}
