import type { Analysed } from '@cordon/analysis';
import { type BaseContext, type HashedTool, type HostScript, milliseconds } from '@cordon/core';
import { hostAnswer, STAGED_UPLOAD_ACTIONS, s3, stagedUpload } from '@cordon/core/aws';
import * as v from 'valibot';
import analyseScript from './analyse.sh';
import { orderSheet, type RemoteWork, staged } from './order-sheet.js';
import { AnalyseAnswer, type RemoteTicket, type Uploading } from './ticket.js';
import uploadScript from './upload-results.sh';

const ANALYSE: HostScript = { name: 'analyse', text: analyseScript };
const UPLOAD: HostScript = { name: 'upload-results', text: uploadScript };

export const REMOTE_ACTIONS = [
  'ssm:SendCommand',
  'ssm:ListCommands',
  'ssm:GetCommandInvocation',
  'ssm:CancelCommand',
  's3:GetObjectVersion',
  ...STAGED_UPLOAD_ACTIONS,
];

/** What the script does beside the program: fetching, hashing. */
const FETCH_SECONDS = 3_600;

/** Begins the analysis on the forensic instance; returns the command. */
export async function send(ctx: BaseContext, instanceId: string, work: RemoteWork): Promise<string> {
  const { analysisProgram } = await import('@cordon/analysis/program');
  const { name, text, sha256 } = await analysisProgram();
  // Beside what it found: whoever doubts the results has what made them. Under its hash, the same one lies there once.
  const program = await ctx.evidence.put({
    path: `analysis/program-${sha256.slice(0, 16)}.mjs`,
    body: text,
    mediaType: 'text/javascript',
    acquiredBy: 'cordon',
    origin: name,
  });
  const sheet = await orderSheet(ctx, work, program);
  const seconds = Math.round(milliseconds(work.remote.timeout ?? { hours: 3 }) / 1000);
  return ctx.forensicHost(instanceId).send(ANALYSE, {
    parameters: { sheet, seconds },
    timeout: { seconds: seconds + FETCH_SECONDS },
    tools: [{ name, sha256 }],
  });
}

/**
 * The command of an attempt that has died. It may be too young to be listed: one that is sent again for the same key is
 * given the results of the first.
 */
export function sentBefore(ctx: BaseContext, instanceId: string): Promise<string | null> {
  return ctx.attempt === 1 ? Promise.resolve(null) : ctx.forensicHost(instanceId).sent(ANALYSE.name);
}

/** Harmless twice: the same bytes go to the same place. */
async function sendUpload(ctx: BaseContext, instanceId: string, work: RemoteWork): Promise<string> {
  const { Bucket: bucket, Key: key } = staged(ctx, work, 'results.jsonl');
  const sheet = await stagedUpload(ctx.securityAccount, { bucket, key }).wholeSheet();
  return ctx.forensicHost(instanceId).send(UPLOAD, { parameters: { sheet }, timeout: { hours: 1 } });
}

/** Tells how far it is, where the host has said so. */
async function tellProgress(ctx: BaseContext, work: RemoteWork): Promise<void> {
  try {
    const { Body } = await ctx.securityAccount.call(s3.GetObject, staged(ctx, work, 'progress'));
    const [, done, total] = /^(\d{1,15}) (\d{1,15})\s*$/.exec((await Body?.transformToString()) ?? '') ?? [];
    if (done !== undefined) ctx.progress(Number(done), Number(total), 'bytes');
  } catch {
    // It has not begun, or cannot tell: nothing hangs on it.
  }
}

/** Looks at the analysis; when it is done, its results go up. The same ticket: look again. */
export async function afterAnalysis(
  ctx: BaseContext,
  ticket: RemoteTicket,
  { instanceId, work }: { readonly instanceId: string; readonly work: RemoteWork },
): Promise<RemoteTicket> {
  const host = ctx.forensicHost(instanceId);
  const result = await host.result(ticket.commandId);
  await tellProgress(ctx, work);
  if (result.status === 'running') return ticket;
  const { size, sha256 } = hostAnswer(result, AnalyseAnswer);
  const commandId = (await host.sent(UPLOAD.name)) ?? (await sendUpload(ctx, instanceId, work));
  return { stage: 'uploading', commandId, sizeBytes: Number(size), sha256 };
}

interface Keeping {
  readonly instanceId: string;
  readonly image: string;
  readonly work: RemoteWork;
  readonly path: string;
  readonly rules: readonly HashedTool[];
}

/** Takes the results in as those of an analysis here are; undefined: they are still on their way. */
export async function keepResults(
  ctx: BaseContext,
  { commandId, sizeBytes, sha256 }: Uploading,
  { instanceId, image, work, path, rules }: Keeping,
): Promise<Analysed | undefined> {
  const result = await ctx.forensicHost(instanceId).result(commandId);
  if (result.status === 'running') return undefined;
  hostAnswer(result, v.object({ uploaded: v.literal('1') }));
  const { RESULTS_TYPE, takeResults } = await import('@cordon/analysis');
  const { Bucket: bucket, Key: key } = staged(ctx, work, 'results.jsonl');
  const artifact = await ctx.evidence.adopt({
    path,
    source: { bucket, key },
    expected: { sizeBytes, sha256 },
    mediaType: RESULTS_TYPE,
    acquiredBy: 'forensic-host',
    origin: work.evidence.map((one) => one.path).join(' '),
    rules,
    image,
  });
  return takeResults(ctx, artifact);
}
