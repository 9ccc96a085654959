import { type BaseContext, definePolledStep, type HostScript, StepFailure } from '@cordon/core';
import { ec2, hostAnswer } from '@cordon/core/aws';
import { type EvidenceSnapshots, evidenceSnapshots, forensicInstance } from '@cordon/core/steps';
import * as v from 'valibot';
import { sendCheck, tellUnprepared } from './image-check.js';
import { findLaunched, type Launched as Host, launch } from './launch.js';
import mountEvidence from './mount-evidence.sh';
import { MountAnswer, mountedVolumes, tellNotMounted, tellOpen, tellReplayed } from './mounted.js';
import type { ForensicOptions } from './options.js';
import overlay from './overlay.sh';
import { OWN_GROUP_ACTIONS } from './own-group.js';
import { readiness } from './readiness.js';
import { advanceVolumes, createVolumes, EvidenceVolume } from './volumes.js';

const MOUNT: HostScript = { name: 'mount-evidence', text: `${overlay}\n${mountEvidence}` };

const Launched = { instanceId: v.string(), imageId: v.string(), groupIds: v.array(v.string()) };
const Attaching = { ...Launched, volumes: v.array(EvidenceVolume) };
const Ticket = v.variant('stage', [
  v.object({ stage: v.literal('booting'), ...Launched }),
  /** It is asked whether it keeps its hands off disks, before there are any. */
  v.object({ stage: v.literal('checking'), ...Launched, commandId: v.string() }),
  v.object({ stage: v.literal('attaching'), ...Attaching }),
  // Only where a volume carries a code of the Marketplace.
  v.object({ stage: v.literal('stopping'), ...Attaching }),
  v.object({ stage: v.literal('starting'), ...Attaching }),
  v.object({ stage: v.literal('mounting'), ...Attaching, commandId: v.string() }),
]);
type Ticket = v.InferOutput<typeof Ticket>;
type Stage<S extends Ticket['stage']> = Extract<Ticket, { stage: S }>;

interface Given {
  readonly sources: EvidenceSnapshots;
  readonly options: ForensicOptions;
}

async function afterBoot(ctx: BaseContext, ticket: Stage<'booting'>, { options }: Given): Promise<Ticket> {
  if ((await zoneOfReady(ctx, ticket, options)) === undefined) return ticket;
  const commandId = await sendCheck(ctx, ticket.instanceId);
  return commandId === undefined ? ticket : { ...ticket, stage: 'checking', commandId };
}

/** Undefined while it boots. */
async function zoneOfReady(ctx: BaseContext, launched: Host, options: ForensicOptions) {
  const ready = await readiness(ctx, launched, options);
  if (ready.is === 'stopping' || ready.is === 'stopped')
    throw StepFailure.restart('FORENSIC_INSTANCE_DIED', `${launched.instanceId} is ${ready.is}`);
  return ready.is === 'ready' ? ready.availabilityZone : undefined;
}

async function afterCheck(
  ctx: BaseContext,
  ticket: Stage<'checking'>,
  { sources, options }: Given,
): Promise<Ticket> {
  const { instanceId, imageId, groupIds } = ticket;
  const zone = await zoneOfReady(ctx, ticket, options);
  const result = await ctx.forensicHost(instanceId).result(ticket.commandId);
  if (zone === undefined || result.status === 'running') return ticket;
  const place = { instanceId, availabilityZone: zone };
  const volumes = await createVolumes(ctx, sources, { place, options });
  tellUnprepared(ctx, imageId, result);
  return { instanceId, imageId, groupIds, stage: 'attaching', volumes: [...volumes] };
}

async function afterAttach(ctx: BaseContext, ticket: Stage<'attaching'>): Promise<Ticket> {
  const { instanceId } = ticket;
  const volumes = [...(await advanceVolumes(ctx, ticket.volumes, { instanceId, state: 'running' }))];
  if (volumes.length === 0)
    throw StepFailure.permanent('NO_EVIDENCE_VOLUME', 'no volume could be made from the snapshots');
  const waiting = volumes.filter(({ attached }) => !attached);
  if (waiting.length === 0) return mount(ctx, { ...ticket, volumes });
  if (!waiting.every(({ needsStop }) => needsStop === true)) return { ...ticket, volumes };
  await ctx.securityAccount.call(ec2.StopInstances, { InstanceIds: [instanceId] });
  return { ...ticket, stage: 'stopping', volumes };
}

async function mount(ctx: BaseContext, ticket: Stage<'attaching'>): Promise<Ticket> {
  const host = ctx.forensicHost(ticket.instanceId);
  const parameters = { volumes: ticket.volumes.map(({ volumeId }) => volumeId).join(' ') };
  const commandId = await ctx.makeOnce('mount command', {
    find: () => host.sent(MOUNT.name),
    make: () => host.send(MOUNT, { parameters, timeout: { minutes: 15 } }),
  });
  return commandId === undefined ? ticket : { ...ticket, stage: 'mounting', commandId };
}

/** The stopped instance takes what a running one refuses; then it is started again. */
async function afterStop(ctx: BaseContext, ticket: Stage<'stopping'>, { options }: Given): Promise<Ticket> {
  const { instanceId } = ticket;
  if ((await readiness(ctx, ticket, options)).is !== 'stopped') return ticket;
  const volumes = [...(await advanceVolumes(ctx, ticket.volumes, { instanceId, state: 'stopped' }))];
  if (!volumes.every(({ attached }) => attached)) return { ...ticket, volumes };
  await ctx.securityAccount.call(ec2.StartInstances, { InstanceIds: [instanceId] });
  return { ...ticket, stage: 'starting', volumes };
}

async function afterStart(ctx: BaseContext, ticket: Stage<'starting'>, { options }: Given): Promise<Ticket> {
  const { is } = await readiness(ctx, ticket, options);
  return is === 'ready' ? { ...ticket, stage: 'attaching' } : ticket;
}

function advance(
  ctx: BaseContext,
  ticket: Exclude<Ticket, Stage<'mounting'>>,
  given: Given,
): Promise<Ticket> {
  if (ticket.stage === 'booting') return afterBoot(ctx, ticket, given);
  if (ticket.stage === 'checking') return afterCheck(ctx, ticket, given);
  if (ticket.stage === 'stopping') return afterStop(ctx, ticket, given);
  return ticket.stage === 'starting' ? afterStart(ctx, ticket, given) : afterAttach(ctx, ticket);
}

const ACTIONS = [
  ...OWN_GROUP_ACTIONS,
  'ec2:RunInstances',
  'ec2:CreateTags',
  'ec2:DescribeInstances',
  'ec2:CreateVolume',
  'ec2:DescribeVolumes',
  'ec2:AttachVolume',
  'ec2:StopInstances',
  'ec2:StartInstances',
  'ssm:GetParameter',
  'ssm:DescribeInstanceInformation',
  'ssm:SendCommand',
  'ssm:ListCommands',
  'ssm:GetCommandInvocation',
];

const PAUSE: Readonly<Record<Ticket['stage'], number>> = {
  booting: 15,
  checking: 3,
  attaching: 5,
  stopping: 10,
  starting: 15,
  mounting: 10,
};

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
    version: 2,
    timeout: { hours: 2 },
    callTimeout: { minutes: 3 },
    visibleWithin: { minutes: 5 },
    actions: { security: ACTIONS },
    ticket: Ticket,
    async start(ctx) {
      return ctx.waiting({ stage: 'booting', ...(await launch(ctx, options)) }, { seconds: 45 });
    },
    async recover(ctx) {
      const launched = await findLaunched(ctx, options);
      return launched === null ? null : ctx.waiting({ stage: 'booting', ...launched }, { seconds: 5 });
    },
    async poll(ctx, ticket, facts) {
      if (ticket.stage === 'mounting') {
        const result = await ctx.forensicHost(ticket.instanceId).result(ticket.commandId);
        if (result.status === 'running') return ctx.waiting(ticket, { seconds: PAUSE.mounting });
        const answer = hostAnswer(result, MountAnswer);
        const volumes = mountedVolumes(answer, ticket.volumes);
        tellNotMounted(ctx, volumes);
        tellReplayed(ctx, answer);
        tellOpen(ctx, answer);
        const { instanceId, imageId } = ticket;
        return ctx.done({ forensicInstance: { instanceId, imageId, volumes } });
      }
      const next = await advance(ctx, ticket, { sources: facts.evidenceSnapshots, options });
      return ctx.waiting(next, { seconds: PAUSE[next.stage] });
    },
  });
}
