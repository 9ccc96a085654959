import { type BaseContext, definePolledStep, type HostScript, StepFailure } from '@cordon/core';
import { hostAnswer } from '@cordon/core/aws';
import { type EvidenceSnapshots, evidenceSnapshots, forensicInstance } from '@cordon/core/steps';
import * as v from 'valibot';
import { findLaunched, launch, readiness } from './launch.js';
import mountEvidence from './mount-evidence.sh';
import { MountAnswer, mountedVolumes, tellNotMounted } from './mounted.js';
import type { ForensicOptions } from './options.js';
import { advanceVolumes, createVolumes, EvidenceVolume } from './volumes.js';

const MOUNT: HostScript = { name: 'mount-evidence', text: mountEvidence };

const Launched = { instanceId: v.string(), imageId: v.string() };
const Ticket = v.variant('stage', [
  v.object({ stage: v.literal('booting'), ...Launched }),
  v.object({ stage: v.literal('attaching'), ...Launched, volumes: v.array(EvidenceVolume) }),
  v.object({
    stage: v.literal('mounting'),
    ...Launched,
    volumes: v.array(EvidenceVolume),
    commandId: v.string(),
  }),
]);
type Ticket = v.InferOutput<typeof Ticket>;
type Stage<S extends Ticket['stage']> = Extract<Ticket, { stage: S }>;

async function afterBoot(
  ctx: BaseContext,
  ticket: Stage<'booting'>,
  { sources, options }: { readonly sources: EvidenceSnapshots; readonly options: ForensicOptions },
): Promise<Ticket> {
  const ready = await readiness(ctx, ticket.instanceId);
  if (ready.is === 'booting') return ticket;
  const place = { instanceId: ticket.instanceId, availabilityZone: ready.availabilityZone };
  const volumes = await createVolumes(ctx, sources, { place, options });
  return { ...ticket, stage: 'attaching', volumes: [...volumes] };
}

async function afterAttach(ctx: BaseContext, ticket: Stage<'attaching'>): Promise<Ticket> {
  const volumes = [...(await advanceVolumes(ctx, ticket.volumes, ticket.instanceId))];
  if (volumes.length === 0)
    throw StepFailure.permanent('NO_EVIDENCE_VOLUME', 'no volume could be made from the snapshots');
  if (!volumes.every(({ attached }) => attached)) return { ...ticket, volumes };
  const host = ctx.forensicHost(ticket.instanceId);
  const parameters = { volumes: volumes.map(({ volumeId }) => volumeId).join(' ') };
  const commandId = await ctx.makeOnce('mount command', {
    find: () => host.sent(),
    make: () => host.send(MOUNT, { parameters, timeout: { minutes: 15 } }),
  });
  return commandId === undefined
    ? { ...ticket, volumes }
    : { ...ticket, stage: 'mounting', volumes, commandId };
}

const ACTIONS = [
  'ec2:RunInstances',
  'ec2:CreateTags',
  'ec2:DescribeInstances',
  'ec2:CreateVolume',
  'ec2:DescribeVolumes',
  'ec2:AttachVolume',
  'ssm:GetParameter',
  'ssm:DescribeInstanceInformation',
  'ssm:SendCommand',
  'ssm:ListCommands',
  'ssm:GetCommandInvocation',
];

const PAUSE: Readonly<Record<Ticket['stage'], number>> = { booting: 15, attaching: 5, mounting: 10 };

/**
 * Starts a forensic instance of this incident's own, attaches volumes made from the evidence snapshots and mounts all
 * that can be mounted, read-only down to the device. `cleanup` destroys it.
 */
export function forensicAttach(options: ForensicOptions) {
  return definePolledStep({
    id: 'disk.attach',
    title: 'Starts a forensic instance and mounts the evidence volumes read-only',
    phase: 'examine',
    needs: [evidenceSnapshots],
    provides: [forensicInstance],
    timeout: { hours: 2 },
    visibleWithin: { minutes: 5 },
    actions: { security: ACTIONS },
    ticket: Ticket,
    async start(ctx) {
      return ctx.waiting({ stage: 'booting', ...(await launch(ctx, options)) }, { seconds: 45 });
    },
    async recover(ctx) {
      const launched = await findLaunched(ctx);
      return launched === null ? null : ctx.waiting({ stage: 'booting', ...launched }, { seconds: 5 });
    },
    async poll(ctx, ticket, facts) {
      if (ticket.stage === 'mounting') {
        const result = await ctx.forensicHost(ticket.instanceId).result(ticket.commandId);
        if (result.status === 'running') return ctx.waiting(ticket, { seconds: PAUSE.mounting });
        const volumes = mountedVolumes(hostAnswer(result, MountAnswer), ticket.volumes);
        tellNotMounted(ctx, volumes);
        const { instanceId, imageId } = ticket;
        return ctx.done({ forensicInstance: { instanceId, imageId, volumes } });
      }
      const next =
        ticket.stage === 'booting'
          ? await afterBoot(ctx, ticket, { sources: facts.evidenceSnapshots, options })
          : await afterAttach(ctx, ticket);
      return ctx.waiting(next, { seconds: PAUSE[next.stage] });
    },
  });
}
