import { type BaseContext, definePolledStep, StepFailure } from '@cordon/core';
import { STAGED_UPLOAD_ACTIONS } from '@cordon/core/aws';
import { forensicInstance, type MemoryImage, memoryImage } from '@cordon/core/steps';
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
  preserving: 0,
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
    'ssm:CancelCommand',
    ...STAGED_UPLOAD_ACTIONS,
  ],
};

interface Facts {
  readonly memoryImage: MemoryImage;
  readonly forensicInstance?: { readonly instanceId: string } | undefined;
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
  return { options, image, source: image.volume, instanceId: host.instanceId };
}

async function abortUpload(ctx: BaseContext, ticket: PreserveTicket, options: PreserveMemoryOptions) {
  if ('uploadId' in ticket) await uploadOf(ctx, options).abort(ticket.uploadId);
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
      if (ticket.stage === 'preserving')
        return ctx.done({ preservedMemory: { artifact: await adopt(ctx, ticket, given) } });
      const now = await advance(ctx, ticket, given);
      return ctx.waiting(now, { seconds: now.stage === ticket.stage ? PAUSE_SECONDS[now.stage] : 1 });
    },
    async cancel(ctx, ticket, { forensicInstance: host }) {
      const commandId = 'commandId' in ticket ? ticket.commandId : undefined;
      if (commandId !== undefined && host !== undefined)
        await ctx.forensicHost(host.instanceId).cancel(commandId);
      await abortUpload(ctx, ticket, options);
    },
  });
}
