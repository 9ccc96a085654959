import { type BaseContext, type HostScript, milliseconds } from '@cordon/core';
import { hostAnswer, STAGED_UPLOAD_ACTIONS, s3, stagedUpload } from '@cordon/core/aws';
import * as v from 'valibot';
import analyseScript from './analyse.sh';
import { orderSheet, staged } from './order-sheet.js';
import type { Ended, ForensicInstance, Subject } from './subject.js';
import { AnalyseAnswer, type RemoteTicket, type Uploading } from './ticket.js';
import uploadScript from './upload-results.sh';

const ANALYSE: HostScript = { name: 'analyse', text: analyseScript };
const UPLOAD: HostScript = { name: 'upload-results', text: uploadScript };

export const REMOTE_ACTIONS = [
  'ssm:SendCommand',
  'ssm:ListCommands',
  'ssm:GetCommandInvocation',
  'ssm:DescribeInstanceInformation',
  'ssm:CancelCommand',
  's3:GetObjectVersion',
  ...STAGED_UPLOAD_ACTIONS,
];

/** What the script does beside the program: fetching, hashing. */
const FETCH_SECONDS = 3_600;

/** A subject whose instance is known. */
type Remote = Subject & { readonly host: ForensicInstance };

/** Begins the analysis on the forensic instance; returns the command. */
export async function send(ctx: BaseContext, subject: Remote, order: string): Promise<string> {
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
  const sheet = await orderSheet(ctx, subject, { program, order });
  const seconds = Math.round(milliseconds(subject.remote.timeout ?? { hours: 3 }) / 1000);
  return ctx.forensicHost(subject.host.instanceId).send(ANALYSE, {
    parameters: { sheet, seconds },
    timeout: { seconds: seconds + FETCH_SECONDS },
    tools: [{ name, sha256 }],
  });
}

/**
 * The command of an attempt that has died. It may be too young to be listed: one that is sent again for the same key is
 * given the results of the first.
 */
export function sentBefore(ctx: BaseContext, { instanceId }: ForensicInstance): Promise<string | null> {
  return ctx.attempt === 1 ? Promise.resolve(null) : ctx.forensicHost(instanceId).sent(ANALYSE.name);
}

/** Harmless twice: the same bytes go to the same place. */
async function sendUpload(ctx: BaseContext, subject: Remote): Promise<string> {
  const { Bucket: bucket, Key: key } = staged(ctx, subject, '');
  const sheet = await stagedUpload(ctx.securityAccount, { bucket, key }).wholeSheet();
  return ctx
    .forensicHost(subject.host.instanceId)
    .send(UPLOAD, { parameters: { sheet }, timeout: { hours: 1 } });
}

/** Tells how far it is, where the host has said so. */
async function tellProgress(ctx: BaseContext, subject: Subject): Promise<void> {
  try {
    const { Body } = await ctx.securityAccount.call(s3.GetObject, staged(ctx, subject, '.progress'));
    const [, done, total] = /^(\d{1,15}) (\d{1,15})\s*$/.exec((await Body?.transformToString()) ?? '') ?? [];
    if (done !== undefined) ctx.progress(Number(done), Number(total), 'bytes');
  } catch {
    // It has not begun, or cannot tell: nothing hangs on it.
    ctx.signal.throwIfAborted();
  }
}

/** Looks at the analysis; when it is done, its results go up. The same ticket: look again. */
export async function afterAnalysis(
  ctx: BaseContext,
  ticket: RemoteTicket,
  subject: Remote,
): Promise<RemoteTicket> {
  const host = ctx.forensicHost(subject.host.instanceId);
  const result = await host.result(ticket.commandId);
  await tellProgress(ctx, subject);
  if (result.status === 'running') return ticket;
  const { size, sha256, told } = hostAnswer(result, AnalyseAnswer);
  const commandId = (await host.sent(UPLOAD.name)) ?? (await sendUpload(ctx, subject));
  const uploading = { stage: 'uploading', commandId, sizeBytes: Number(size), sha256 } as const;
  return told === undefined ? uploading : { ...uploading, told: Buffer.from(told, 'base64').toString() };
}

/** Takes the results in as those of an analysis here are; undefined: they are still on their way. */
export async function keepResults(
  ctx: BaseContext,
  { commandId, sizeBytes, sha256, told }: Uploading,
  subject: Remote,
): Promise<Ended | undefined> {
  const { instanceId, imageId: image } = subject.host;
  const result = await ctx.forensicHost(instanceId).result(commandId);
  if (result.status === 'running') return undefined;
  hostAnswer(result, v.object({ uploaded: v.literal('1') }));
  const { RESULTS_TYPE, takeResults } = await import('@cordon/analysis');
  const { Bucket: bucket, Key: key } = staged(ctx, subject, '');
  const artifact = await ctx.evidence.adopt({
    path: subject.path,
    source: { bucket, key },
    expected: { sizeBytes, sha256 },
    mediaType: RESULTS_TYPE,
    acquiredBy: 'forensic-host',
    origin: subject.evidence.map((one) => one.path).join(' '),
    rules: await subject.rules(),
    image,
  });
  const analysed = await takeResults(ctx, artifact);
  return told === undefined ? { analysed } : { analysed, told };
}
