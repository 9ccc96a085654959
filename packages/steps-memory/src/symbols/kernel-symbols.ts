import { definePolledStep, type HostScript, type SuspectContext } from '@cordon/core';
import { hostAnswer, STAGED_UPLOAD_ACTIONS, stagedUpload } from '@cordon/core/aws';
import {
  closeUploadWindow,
  containment,
  instance,
  openUploadWindow,
  UPLOAD_WINDOW_ACTIONS,
} from '@cordon/core/steps';
import * as v from 'valibot';
import putArchive from '../host/put-archive.sh';
import { assertReachable } from '../host/reachable.js';
import script from './kernel-symbols.sh';

const SYMBOLS: HostScript = { name: 'kernel-symbols', text: [putArchive, script].join('\n') };

export interface KernelSymbolsOptions {
  /** Bucket of the security account, without default retention, that expires what lies in it. */
  readonly stagingBucket: string;
}

const Answer = v.object({
  size: v.pipe(v.string(), v.regex(/^\d{1,12}$/)),
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  files: v.pipe(v.string(), v.regex(/^\d{1,3}$/)),
  /** Name, version and architecture; blanks only where nobody knows. */
  package: v.pipe(v.string(), v.regex(/^[\w.+:~-]{0,80} [\w.+:~-]{0,80} [\w.+:~-]{0,80}$/)),
  /** How many of its files were kept. */
  packages: v.pipe(v.string(), v.regex(/^\d{1,3}$/)),
});

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

const stagingKey = (ctx: SuspectContext) => `${ctx.incident.id}/memory/kernel.tar.gz`;

function tellPackage(ctx: SuspectContext, answer: v.InferOutput<typeof Answer>): void {
  if (answer.packages !== '0') return;
  const name = answer.package.trim();
  const message =
    name === ''
      ? 'no package manager of the host knows where its kernel comes from: it may be of somebody’s own making'
      : `the host has not kept the package of its kernel: its distribution has '${name}', and its debug symbols`;
  ctx.notice('NO_KERNEL_PACKAGE', message);
}

async function adopt(
  ctx: SuspectContext,
  { stagingBucket }: KernelSymbolsOptions,
  answer: v.InferOutput<typeof Answer>,
) {
  await ctx.evidence.adopt({
    path: 'memory/kernel.tar.gz',
    source: { bucket: stagingBucket, key: stagingKey(ctx) },
    expected: { sizeBytes: Number(answer.size), sha256: answer.sha256 },
    mediaType: 'application/gzip',
    acquiredBy: 'suspect',
    origin: ctx.suspect.instanceId,
  });
  if (answer.files === '0') ctx.notice('NO_KERNEL_SYMBOLS', 'the host shows nothing of its kernel');
  tellPackage(ctx, answer);
}

/**
 * Keeps what makes a memory image readable later, in an archive beside the image: version, System.map, kallsyms, BTF,
 * configuration and image of the running kernel, what the host's package manager says of its package, and the package
 * itself where that has kept it; where it has not, its name and version are told.
 */
export function kernelSymbols(options: KernelSymbolsOptions) {
  return definePolledStep({
    id: 'memory.symbols',
    title: 'Keeps version, symbols and package of the running kernel',
    phase: 'capture',
    wants: [instance, containment],
    provides: [],
    timeout: { minutes: 15 },
    actions: ACTIONS,
    effect: {
      summary: 'A few files are read; a folder under /run that is removed again.',
      reversible: 'yes',
    },
    ticket: v.object({ commandId: v.string() }),
    async start(ctx, facts) {
      assertReachable(facts);
      await openUploadWindow(ctx, { containment: facts.containment, lasting: { minutes: 5 } });
      const at = { bucket: options.stagingBucket, key: stagingKey(ctx) };
      const sheet = await stagedUpload(ctx.securityAccount, at).wholeSheet();
      const commandId = await ctx.suspect.send(SYMBOLS, { parameters: { sheet }, timeout: { minutes: 5 } });
      return ctx.waiting({ commandId }, { seconds: 10 });
    },
    async recover(ctx) {
      const commandId = await ctx.suspect.sent();
      return commandId === null ? null : ctx.waiting({ commandId }, { seconds: 2 });
    },
    async poll(ctx, { commandId }, { containment: contained }) {
      const result = await ctx.suspect.result(commandId);
      if (result.status === 'running') return ctx.waiting({ commandId }, { seconds: 5 });
      await closeUploadWindow(ctx, { containment: contained });
      await adopt(ctx, options, hostAnswer(result, Answer));
      return ctx.done({});
    },
    async cancel(ctx, { commandId }, { containment: contained }) {
      await ctx.suspect.cancel(commandId);
      await closeUploadWindow(ctx, { containment: contained });
    },
  });
}
