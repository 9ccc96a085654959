import { definePolledStep, type SuspectContext } from '@cordon/core';
import { hostAnswer, STAGED_UPLOAD_ACTIONS, s3, stagedUpload } from '@cordon/core/aws';
import {
  type Containment,
  closeUploadWindow,
  containment,
  instance,
  openUploadWindow,
  triage,
  UPLOAD_WINDOW_ACTIONS,
} from '@cordon/core/steps';
import * as v from 'valibot';
import { assertReachable } from '../host/reachable.js';
import { type QuickTriage, quickTriageFact } from './quick-triage.js';
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
  /** Digests of the sockets and processes that the quick triage had kept. */
  quick: v.string(),
  large: v.optional(v.pipe(v.string(), v.regex(/^\d{1,6}$/)), '0'),
});
type Answer = v.InferOutput<typeof Answer>;

interface Given {
  readonly containment: Containment | undefined;
  readonly quickTriage: QuickTriage | undefined;
}

function stagingKey(ctx: SuspectContext): string {
  return `${ctx.incident.id}/live/triage.tar.gz`;
}

async function send(ctx: SuspectContext, { stagingBucket }: LiveTriageOptions, given: Given) {
  await openUploadWindow(ctx, { containment: given.containment, lasting: { minutes: 5 } });
  const upload = stagedUpload(ctx.securityAccount, { bucket: stagingBucket, key: stagingKey(ctx) });
  const sheet = await upload.wholeSheet();
  const quick = given.quickTriage?.commandId == null ? {} : { quick: given.quickTriage.key };
  return ctx.suspect.send(TRIAGE, { parameters: { sheet, ...quick }, timeout: { minutes: 5 } });
}

/**
 * The suspect's clock against S3's, in seconds; ahead is positive. The host reads its clock just before it uploads, and
 * S3 says when that was. A clock that cannot be read counts as ours.
 */
async function offsetSeconds(ctx: SuspectContext, { stagingBucket }: LiveTriageOptions, { utc }: Answer) {
  const at = { Bucket: stagingBucket, Key: stagingKey(ctx) };
  const { LastModified: uploadedAt = ctx.now() } = await ctx.securityAccount.call(s3.HeadObject, at);
  const theirs = Date.parse(utc);
  if (!Number.isNaN(theirs)) return Math.round((theirs - uploadedAt.getTime()) / 1000);
  ctx.notice('CLOCK_NOT_READ', 'the host gave no time that could be read');
  return 0;
}

/** A digest is empty where the host had not got so far; `late` names what. */
const QuickAnswer = v.object({
  sockets: v.string(),
  processes: v.string(),
  late: v.optional(v.string(), ''),
});

/** What the quick triage told through SSM before, against what has come now: in between it lay within the intruder's reach. */
async function compareQuick(ctx: SuspectContext, answer: Answer, taken: QuickTriage | undefined) {
  if (taken?.commandId == null) return;
  const told = await ctx.suspect.result(taken.commandId);
  if (told.status !== 'ended' || told.end !== 'Success') {
    ctx.notice('QUICK_TRIAGE_LOST', 'the quick triage before containment did not end well');
    return;
  }
  const { sockets, processes, late } = hostAnswer(told, QuickAnswer);
  if (late !== '') ctx.notice('QUICK_TRIAGE_PARTIAL', `not ready before containment: ${late}`);
  if (answer.quick !== [sockets, processes].filter((digest) => digest !== '').join(' '))
    ctx.notice('QUICK_TRIAGE_CHANGED', 'what the quick triage had kept on the host is not what it told then');
}

async function preserve(ctx: SuspectContext, options: LiveTriageOptions, answer: Answer) {
  const clockOffsetSeconds = await offsetSeconds(ctx, options, answer);
  const artifact = await ctx.evidence.adopt({
    path: 'live/triage.tar.gz',
    source: { bucket: options.stagingBucket, key: stagingKey(ctx) },
    expected: { sizeBytes: Number(answer.size), sha256: answer.sha256 },
    mediaType: 'application/gzip',
    acquiredBy: 'suspect',
    origin: ctx.suspect.instanceId,
  });
  if (answer.late !== '') ctx.gap('TRIAGE_PARTIAL', `not ready in time: ${answer.late}`);
  if (answer.large !== '0')
    ctx.gap(
      'TRIAGE_PARTIAL',
      `schedules or units too large to be taken: ${answer.large}, see live/left-out.tsv`,
    );
  return { artifact, clockOffsetSeconds };
}

const ACTIONS = {
  suspect: [
    ...UPLOAD_WINDOW_ACTIONS,
    'ssm:SendCommand',
    'ssm:ListCommands',
    'ssm:GetCommandInvocation',
    'ssm:DescribeInstanceInformation',
    'ssm:CancelCommand',
  ],
  security: [...STAGED_UPLOAD_ACTIONS],
};

/**
 * The live state of the suspect: processes with the hashes of their programs, sockets, modules, mounts, users, cron,
 * units, environments; from /proc, by plain bash, in seconds. Nothing is installed and nothing is left.
 */
export function liveTriage(options: LiveTriageOptions) {
  return definePolledStep({
    id: 'live.triage',
    title: 'Takes processes, sockets, modules, users and schedules from the running system',
    phase: 'capture',
    wants: [instance, containment, quickTriageFact],
    provides: [triage],
    timeout: { minutes: 15 },
    actions: ACTIONS,
    effect: {
      summary: 'A few seconds of one processor; a folder under /run that is removed again.',
      reversible: 'yes',
    },
    ticket: v.object({ commandId: v.string() }),
    async start(ctx, facts) {
      assertReachable(facts);
      const commandId = await send(ctx, options, facts);
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
      const answer = hostAnswer(result, Answer);
      await compareQuick(ctx, answer, facts.quickTriage);
      return ctx.done({ triage: await preserve(ctx, options, answer) });
    },
    async cancel(ctx, { commandId }, facts) {
      await ctx.suspect.cancel(commandId);
      await closeUploadWindow(ctx, { containment: facts.containment });
    },
  });
}
