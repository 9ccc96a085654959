import { type BaseContext, definePolledStep, type WantedFacts } from '@cordon/core';
import { STAGED_UPLOAD_ACTIONS } from '@cordon/core/aws';
import { forensicInstance, type MemoryImage, memoryImage, triage } from '@cordon/core/steps';
import { inStore, preservedMemory } from '../preserve/preserved-memory.js';
import type { VolatilityOptions } from './options.js';
import { adopt, afterRun, isUploaded, RUN, send } from './stages.js';
import { type Uploading, VolatilityTicket } from './ticket.js';

const ACTIONS = {
  security: [
    ...STAGED_UPLOAD_ACTIONS,
    's3:GetObjectVersion',
    'ssm:SendCommand',
    'ssm:ListCommands',
    'ssm:GetCommandInvocation',
    'ssm:DescribeInstanceInformation',
    'ssm:CancelCommand',
  ],
};

function unavailable(ctx: BaseContext, why: string): void {
  ctx.notice('VOLATILITY_NOT_AVAILABLE', `processes were not reconstructed from the image: ${why}`);
}

type Wanted = Parameters<typeof inStore>[0] & {
  readonly forensicInstance?: { readonly instanceId: string } | undefined;
};

/** The id of the command that reads the image; undefined where there is none to read, or nobody to read it. */
async function begin(
  ctx: BaseContext,
  facts: Wanted,
  options: VolatilityOptions,
): Promise<string | undefined> {
  const instanceId = facts.forensicInstance?.instanceId;
  if (instanceId === undefined) {
    unavailable(ctx, 'there is no forensic instance');
    return undefined;
  }
  const commandId = await send(ctx, instanceId, inStore(facts), options);
  if (commandId === undefined) unavailable(ctx, 'it does not lie in S3');
  return commandId;
}

type Seen = WantedFacts<readonly [typeof forensicInstance, typeof triage]> & {
  readonly memoryImage: MemoryImage;
};

/** What volatility has written is kept before anything is read out of it. */
async function examine(
  ctx: BaseContext,
  ticket: Uploading,
  {
    options,
    forensicInstance: host,
    triage: live,
    memoryImage: { kernel },
  }: Seen & { readonly options: VolatilityOptions },
): Promise<void> {
  const image = host?.imageId ?? '';
  const archive = await adopt(ctx, ticket, { stagingBucket: options.stagingBucket, image });
  // With the analyses: a host that begins to contain has no use for them.
  const { judge } = await import('./judge.js');
  await judge(ctx, archive, { ticket, options, live: live?.artifact, kernel });
}

/**
 * Has volatility read the memory image on the forensic instance, confined, and judges what it found with the analyses
 * of a live triage: processes, sockets, modules, what shells remember; and what the image holds but /proc did not show.
 * Where there is no volatility, no forensic instance or no symbol table for the kernel, that is said.
 */
export function volatility(options: VolatilityOptions) {
  return definePolledStep({
    id: 'memory.volatility',
    title: 'Reconstructs processes, sockets and modules from the memory image',
    phase: 'examine',
    needs: [memoryImage],
    wants: [forensicInstance, triage, preservedMemory],
    provides: [],
    timeout: { hours: 6 },
    callTimeout: { minutes: 30 },
    actions: ACTIONS,
    ticket: VolatilityTicket,
    async start(ctx, facts) {
      const commandId = await begin(ctx, facts, options);
      if (commandId === undefined) return ctx.done({});
      return ctx.waiting({ stage: 'running', commandId }, { seconds: 60 });
    },
    async recover(ctx, facts) {
      if (facts.forensicInstance === undefined) return null;
      const commandId = await ctx.forensicHost(facts.forensicInstance.instanceId).sent(RUN.name);
      return commandId === null ? null : ctx.waiting({ stage: 'running', commandId }, { seconds: 5 });
    },
    async poll(ctx, ticket, facts) {
      const instanceId = facts.forensicInstance?.instanceId ?? '';
      if (ticket.stage === 'running') {
        const next = await afterRun(ctx, ticket.commandId, { ...options, instanceId });
        if (next !== undefined) return ctx.waiting(next, { seconds: next.stage === 'running' ? 60 : 5 });
        unavailable(ctx, 'the forensic image does not have it');
        return ctx.done({});
      }
      if (!(await isUploaded(ctx, ticket, instanceId))) return ctx.waiting(ticket, { seconds: 10 });
      await examine(ctx, ticket, { ...facts, options });
      return ctx.done({});
    },
    async cancel(ctx, ticket, facts) {
      const instanceId = facts.forensicInstance?.instanceId;
      if (instanceId !== undefined) await ctx.forensicHost(instanceId).cancel(ticket.commandId);
    },
  });
}
