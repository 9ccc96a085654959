import * as v from 'valibot';
import { autoscaling } from '../../aws/operations.js';
import type { CanFinish, CanWait, SuspectContext } from '../../engine/context.js';
import { finding, suspect } from '../../engine/finding.js';
import { definePolledStep, type UndoContext } from '../../engine/step.js';
import { asFailure, unless } from '../calls/failures.js';
import { autoScalingMembership } from '../inspect/membership.js';

const ACTIONS = [
  'autoscaling:DescribeAutoScalingInstances',
  'autoscaling:DescribeAutoScalingGroups',
  'autoscaling:DetachInstances',
  'autoscaling:EnterStandby',
  'autoscaling:SuspendProcesses',
  'autoscaling:ResumeProcesses',
];

/** The processes that would end an instance whose health check fails. */
const DESTRUCTIVE = ['ReplaceUnhealthy', 'Terminate'];

const Saved = v.object({
  group: v.optional(v.string()),
  state: v.optional(v.string()),
  /** Of the destructive processes, those that were suspended already. */
  suspended: v.array(v.string()),
});
type Saved = v.InferOutput<typeof Saved>;

async function suspendedProcesses(ctx: SuspectContext, group: string): Promise<readonly string[]> {
  const answer = await ctx.suspectAccount.call(autoscaling.DescribeAutoScalingGroups, {
    AutoScalingGroupNames: [group],
  });
  const names = (answer.AutoScalingGroups?.[0]?.SuspendedProcesses ?? []).flatMap(
    ({ ProcessName: name }) => name ?? [],
  );
  return DESTRUCTIVE.filter((name) => names.includes(name));
}

async function save(ctx: SuspectContext): Promise<Saved> {
  const membership = await autoScalingMembership(ctx.suspectAccount, ctx.incident.suspect.instanceId);
  if (membership === undefined) return { suspended: [] };
  return { ...membership, suspended: [...(await suspendedProcesses(ctx, membership.group))] };
}

type Rung = readonly [name: string, act: () => Promise<unknown>];

/** Detach, else Standby, else keep the group from ending anything. */
function ladder(ctx: SuspectContext, group: string): readonly Rung[] {
  const account = ctx.suspectAccount;
  const one = {
    AutoScalingGroupName: group,
    InstanceIds: [ctx.incident.suspect.instanceId],
    // The group starts a replacement: production keeps its capacity.
    ShouldDecrementDesiredCapacity: false,
  };
  return [
    ['detached', () => account.call(autoscaling.DetachInstances, one)],
    ['on standby', () => account.call(autoscaling.EnterStandby, one)],
    [
      'kept by suspending processes',
      () =>
        account.call(autoscaling.SuspendProcesses, {
          AutoScalingGroupName: group,
          ScalingProcesses: DESTRUCTIVE,
        }),
    ],
  ];
}

type Context = SuspectContext & CanFinish<readonly []> & CanWait<{ readonly since: string }>;

async function climb(ctx: Context, group: string) {
  const refused: string[] = [];
  for (const [name, act] of ladder(ctx, group)) {
    try {
      await act();
      ctx.notice('AUTO_SCALING', `${name}: group ${group}`);
      return name;
    } catch (error) {
      const failure = asFailure(error);
      if (failure.kind !== 'permanent') throw failure;
      refused.push(`${name}: ${failure.code}`);
      if (refused.length === 3) throw failure;
    }
  }
  return undefined;
}

async function detach(ctx: Context) {
  const membership = await autoScalingMembership(ctx.suspectAccount, ctx.incident.suspect.instanceId);
  // Not a member any more is as good as detached by us.
  if (membership === undefined) return ctx.done({});
  if (/^(Detaching|EnteringStandby|Standby)/.test(membership.state))
    return ctx.waiting({ since: ctx.now().toISOString() }, { seconds: 2 });
  if (membership.state.startsWith('Terminating')) {
    // It cannot leave any more, and suspending the group's processes does not call this back.
    ctx.gap('AUTO_SCALING_TERMINATING', `the group ${membership.group} is ending it: ${membership.state}`);
    return ctx.done({});
  }
  const how = await climb(ctx, membership.group);
  if (how !== 'detached') return ctx.done({});
  return ctx.waiting({ since: ctx.now().toISOString() }, { seconds: 2 });
}

/** Only this may hold the swap of groups, and no longer than that. */
const PATIENCE_MS = 15_000;

async function look(ctx: Context, since: string) {
  const membership = await autoScalingMembership(ctx.suspectAccount, ctx.incident.suspect.instanceId);
  const gone = membership === undefined || /^(Detached|Standby)$/.test(membership.state);
  if (gone) return ctx.done({});
  if (ctx.now().getTime() - Date.parse(since) < PATIENCE_MS) return ctx.waiting({ since }, { seconds: 2 });
  ctx.gap('AUTO_SCALING', `still ${membership.state} in ${membership.group}: going on`);
  return ctx.done({});
}

async function undo(ctx: UndoContext, { group, suspended }: Saved): Promise<readonly string[]> {
  if (group === undefined) return [];
  const now = await suspendedProcesses(ctx, group);
  const ours = now.filter((name) => !suspended.includes(name));
  const changed = ctx.incident
    .changes()
    .some(({ operation, outcome }) => operation === 'autoscaling:SuspendProcesses' && outcome === 'ok');
  if (changed && ours.length > 0)
    await unless(['ValidationError'], () =>
      ctx.suspectAccount.call(autoscaling.ResumeProcesses, {
        AutoScalingGroupName: group,
        ScalingProcesses: ours,
      }),
    );
  const membership = await autoScalingMembership(ctx.suspectAccount, ctx.incident.suspect.instanceId);
  if (membership?.state === 'InService') return [];
  return [
    `membership of Auto Scaling group ${group}: the group has a replacement; attach it by hand if it must return`,
  ];
}

/**
 * Takes the suspect out of its Auto Scaling group, which would terminate it as soon as its health check fails: neither
 * termination protection nor scale-in protection stops that. Detach, else Standby, else the group's processes that
 * replace and terminate are suspended.
 */
export function detachFromAutoScaling() {
  return definePolledStep({
    id: 'protect.auto-scaling',
    title: 'Takes the instance out of its Auto Scaling group',
    phase: 'protect',
    // The next one takes it up then, if this one has died: before the containment, which does not wait for longer.
    callTimeout: { seconds: 12 },
    needs: [finding, suspect],
    provides: [],
    actions: { suspect: ACTIONS },
    effect: {
      summary: 'The group starts a replacement; the instance stays, outside of it.',
      reversible: 'partly',
      manual: [
        'aws autoscaling detach-instances --instance-ids INSTANCE --auto-scaling-group-name GROUP --no-should-decrement-desired-capacity',
      ],
    },
    saves: Saved,
    before: save,
    ticket: v.object({ since: v.string() }),
    start: (ctx) => detach(ctx),
    poll: (ctx, { since }) => look(ctx, since),
    undo,
  });
}
