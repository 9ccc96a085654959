import { type BaseContext, definePolledStep, StepFailure } from '@cordon/core';
import { STAGED_UPLOAD_ACTIONS } from '@cordon/core/aws';
import { forensicInstance, type MemoryImage, memoryImage } from '@cordon/core/steps';
import { tidyOnFailure } from '../lime/tidy.js';
import { preservedMemory } from './preserved-memory.js';
import {
  adopt,
  advance,
  type Given,
  type PreserveMemoryOptions,
  PreserveTicket,
  uploadOf,
} from './stages.js';

const PAUSE_SECONDS: Readonly<Record<PreserveTicket['stage'], number>> = {
  completing: 60,
  attaching: 5,
  verifying: 30,
  uploading: 15,
  preserving: 15,
};

const ACTIONS = {
  suspect: ['ec2:DescribeSnapshots', 'ec2:ModifySnapshotAttribute', 'ec2:DeleteVolume'],
  security: [
    'ec2:DescribeInstances',
    'ec2:DescribeVolumes',
    'ec2:CreateVolume',
    'ec2:CreateTags',
    'ec2:AttachVolume',
    'ssm:SendCommand',
    'ssm:ListCommands',
    'ssm:GetCommandInvocation',
    'ssm:DescribeInstanceInformation',
    'ssm:CancelCommand',
    ...STAGED_UPLOAD_ACTIONS,
  ],
};

interface Facts {
  readonly memoryImage: MemoryImage;
  readonly forensicInstance?: { readonly instanceId: string; readonly imageId: string } | undefined;
}

/** @throws StepFailure `NO_FORENSIC_INSTANCE` where nobody can read the volume */
function givenOf(
  { memoryImage: image, forensicInstance: host }: Facts,
  options: PreserveMemoryOptions,
): Given {
  if (image.volume === undefined) throw StepFailure.permanent('TICKET_INVALID', 'the dump is on no volume');
  if (host === undefined)
    throw StepFailure.permanent(
      'NO_FORENSIC_INSTANCE',
      `the memory stays on ${image.volume.snapshotId} alone: no forensic instance reads it`,
    );
  return { options, image, source: image.volume, instanceId: host.instanceId, hostImage: host.imageId };
}

/** Nothing of an upload stays that nobody will complete, and nothing runs for it. */
async function giveUp(ctx: BaseContext, ticket: PreserveTicket, { options, host }: Left): Promise<void> {
  const commands = [
    'commandId' in ticket && ticket.commandId,
    'hashCommandId' in ticket && ticket.hashCommandId,
  ];
  for (const id of commands) if (typeof id === 'string') await ctx.forensicHost(host).cancel(id);
  if ('uploadId' in ticket) await uploadOf(ctx, options).abort(ticket.uploadId);
}

interface Left {
  readonly options: PreserveMemoryOptions;
  readonly host: string;
}

async function next(ctx: BaseContext, ticket: PreserveTicket, given: Given) {
  if (ticket.stage !== 'preserving') return advance(ctx, ticket, given);
  return (await adopt(ctx, ticket, given)) ?? ticket;
}

/**
 * Takes a memory dump off the volume that the suspect has written it to: waits for the snapshot, has a volume of it
 * mounted read-only on the forensic instance, verifies structure and digest there, and uploads it from there. A dump
 * that was uploaded by the suspect is handed on as it is.
 */
export function preserveMemory(options: PreserveMemoryOptions) {
  return definePolledStep({
    id: 'memory.preserve',
    title: 'Verifies the memory dump on the forensic instance and preserves it',
    phase: 'examine',
    needs: [memoryImage],
    wants: [forensicInstance],
    provides: [preservedMemory],
    timeout: { hours: 24 },
    actions: ACTIONS,
    ticket: PreserveTicket,
    async start(ctx, facts) {
      const { artifact, volume } = facts.memoryImage;
      if (volume === undefined) return ctx.done({ preservedMemory: { artifact } });
      givenOf(facts, options);
      return ctx.waiting({ stage: 'completing', since: ctx.now().toISOString() }, { seconds: 1 });
    },
    async poll(ctx, ticket, facts) {
      const given = givenOf(facts, options);
      const now = await tidyOnFailure(
        ctx,
        () => next(ctx, ticket, given),
        () => giveUp(ctx, ticket, { options, host: given.instanceId }),
      );
      if (!('stage' in now)) return ctx.done({ preservedMemory: { artifact: now } });
      return ctx.waiting(now, { seconds: now.stage === ticket.stage ? PAUSE_SECONDS[now.stage] : 1 });
    },
    cancel: (ctx, ticket, { forensicInstance: host }) =>
      giveUp(ctx, ticket, { options, host: host?.instanceId ?? '' }),
  });
}
