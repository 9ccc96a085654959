import { definePolledStep, type SuspectContext } from '@cordon/core';
import { hostAnswer, STAGED_UPLOAD_ACTIONS, stagedUpload } from '@cordon/core/aws';
import {
  type Containment,
  closeUploadWindow,
  containment,
  openUploadWindow,
  triage,
  UPLOAD_WINDOW_ACTIONS,
} from '@cordon/core/steps';
import * as v from 'valibot';
import { TRIAGE } from './triage-script.js';

export interface LiveTriageOptions {
  /** Bucket of the security account, without default retention, that expires what lies in it. */
  readonly stagingBucket: string;
}

const Answer = v.object({
  size: v.pipe(v.string(), v.regex(/^\d{1,12}$/)),
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  utc: v.string(),
  late: v.string(),
});
type Answer = v.InferOutput<typeof Answer>;

function stagingKey(ctx: SuspectContext): string {
  return `${ctx.incident.id}/live/triage.tar.gz`;
}

async function send(
  ctx: SuspectContext,
  { stagingBucket }: LiveTriageOptions,
  contained: Containment | undefined,
): Promise<string> {
  await openUploadWindow(ctx, { containment: contained, lasting: { minutes: 5 } });
  const upload = stagedUpload(ctx.securityAccount, { bucket: stagingBucket, key: stagingKey(ctx) });
  const parameters = { sheet: await upload.wholeSheet() };
  return ctx.suspect.send(TRIAGE, { parameters, timeout: { minutes: 5 } });
}

/** The suspect's clock against ours, in seconds; ahead is positive. A clock that cannot be read counts as ours. */
function offsetSeconds(ctx: SuspectContext, { utc }: Answer, endedAt: Date): number {
  const theirs = Date.parse(utc);
  if (!Number.isNaN(theirs)) return Math.round((theirs - endedAt.getTime()) / 1000);
  ctx.notice('CLOCK_NOT_READ', 'the host gave no time that could be read');
  return 0;
}

async function preserve(ctx: SuspectContext, { stagingBucket }: LiveTriageOptions, answer: Answer) {
  const artifact = await ctx.evidence.adopt({
    path: 'live/triage.tar.gz',
    source: { bucket: stagingBucket, key: stagingKey(ctx) },
    expected: { sizeBytes: Number(answer.size), sha256: answer.sha256 },
    mediaType: 'application/gzip',
    acquiredBy: 'suspect',
    origin: ctx.suspect.instanceId,
  });
  if (answer.late !== '') ctx.gap('TRIAGE_PARTIAL', `not ready in time: ${answer.late}`);
  return { artifact, clockOffsetSeconds: offsetSeconds(ctx, answer, ctx.now()) };
}

/**
 * The live state of the suspect: processes with the hashes of their programs, sockets, modules, mounts, users, cron,
 * units, environments; from /proc, by plain bash, in seconds. Nothing is installed and nothing is left.
 */
export function liveTriage(options: LiveTriageOptions) {
  return definePolledStep({
    id: 'live.triage',
    title: 'Takes processes, sockets, modules, users and schedules from the running system',
    phase: 'capture',
    wants: [containment],
    provides: [triage],
    timeout: { minutes: 15 },
    actions: {
      suspect: [
        ...UPLOAD_WINDOW_ACTIONS,
        'ssm:SendCommand',
        'ssm:ListCommands',
        'ssm:GetCommandInvocation',
        'ssm:CancelCommand',
      ],
      security: [...STAGED_UPLOAD_ACTIONS],
    },
    effect: {
      summary: 'A few seconds of one processor; a folder under /run that is removed again.',
      reversible: 'yes',
    },
    ticket: v.object({ commandId: v.string() }),
    async start(ctx, facts) {
      const commandId = await send(ctx, options, facts.containment);
      return ctx.waiting({ commandId }, { seconds: 10 });
    },
    async recover(ctx) {
      const commandId = await ctx.suspect.sent();
      return commandId === null ? null : ctx.waiting({ commandId }, { seconds: 2 });
    },
    async poll(ctx, { commandId }, facts) {
      const result = await ctx.suspect.result(commandId);
      if (result.status === 'running') return ctx.waiting({ commandId }, { seconds: 5 });
      await closeUploadWindow(ctx, { containment: facts.containment });
      return ctx.done({ triage: await preserve(ctx, options, hostAnswer(result, Answer)) });
    },
    async cancel(ctx, { commandId }, facts) {
      await ctx.suspect.cancel(commandId);
      await closeUploadWindow(ctx, { containment: facts.containment });
    },
  });
}
