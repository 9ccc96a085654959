import { definePolledStep, type StepEffect } from '@cordon/core';
import { STAGED_UPLOAD_ACTIONS } from '@cordon/core/aws';
import { containment, instance, memoryImage, UPLOAD_WINDOW_ACTIONS } from '@cordon/core/steps';
import { assertReachable } from '../host/reachable.js';
import { assertShareable } from '../volume/dump-volume.js';
import { VOLUME_ACTIONS } from '../volume/volume-stages.js';
import { sendProbe } from './host-scripts.js';
import { isUpload, type LimeDumpOptions } from './options.js';
import { advance, PAUSE_SECONDS } from './stages.js';
import { LimeTicket } from './ticket.js';
import { tidy, tidyOnFailure } from './tidy.js';

const ON_HOST = [
  ...UPLOAD_WINDOW_ACTIONS,
  'ssm:SendCommand',
  'ssm:ListCommands',
  'ssm:GetCommandInvocation',
  'ssm:DescribeInstanceInformation',
  'ssm:CancelCommand',
];

function actionsOf(options: LimeDumpOptions) {
  return isUpload(options)
    ? { suspect: ON_HOST, security: [...STAGED_UPLOAD_ACTIONS] }
    : { suspect: [...new Set([...ON_HOST, ...VOLUME_ACTIONS])], security: ['s3:GetObject'] };
}

const LOADED = 'A kernel module is loaded and taken out, or none where the kernel itself tells;';

function effectOf(options: LimeDumpOptions): StepEffect {
  const [where, path] = isUpload(options)
    ? ['the dump lies on a disk of the suspect until it is uploaded', '/var/tmp']
    : ['a volume is attached for the dump, and taken off right after; rules for new devices run', '/mnt'];
  const insmod = `insmod lime.ko "path=${path}/mem.lime" format=lime digest=sha256 timeout=0; rmmod lime`;
  return { summary: `${LOADED} ${where}.`, reversible: 'partly', manual: [insmod] };
}

/**
 * Takes the memory: with LiME, the module for exactly this kernel, compared by hash before it is loaded; else with AVML;
 * else through /proc/kcore. Space, lockdown, Secure Boot and headers are checked. The dump goes onto a fresh volume whose
 * snapshot `preserveMemory` reads; or up in parts through presigned URLs, resumed where it was cut.
 */
export function limeDump(options: LimeDumpOptions) {
  return definePolledStep({
    id: 'memory.lime',
    title: 'Takes the memory with LiME and preserves it',
    version: 2,
    phase: 'capture',
    wants: [instance, containment],
    provides: [memoryImage],
    timeout: { minutes: 60 },
    actions: actionsOf(options),
    effect: effectOf(options),
    ticket: LimeTicket,
    async start(ctx, facts) {
      assertReachable(facts);
      if (!isUpload(options)) await assertShareable(ctx, options.volumeKeyArn);
      return ctx.waiting({ stage: 'probing', commandId: await sendProbe(ctx, options) }, { seconds: 3 });
    },
    async recover(ctx) {
      const commandId = await ctx.suspect.sent('lime-probe');
      return commandId === null ? null : ctx.waiting({ stage: 'probing', commandId }, { seconds: 1 });
    },
    async poll(ctx, ticket, facts) {
      const given = { options, contained: facts.containment };
      const now = await tidyOnFailure(
        ctx,
        () => advance(ctx, ticket, given),
        () => tidy(ctx, ticket, given),
      );
      if ('image' in now) return ctx.done({ memoryImage: now.image });
      return ctx.waiting(now, { seconds: now.stage === ticket.stage ? PAUSE_SECONDS[now.stage] : 1 });
    },
    cancel: (ctx, ticket, facts) => tidy(ctx, ticket, { options, contained: facts.containment }),
  });
}
