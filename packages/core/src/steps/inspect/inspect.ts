import type { Instance as Ec2Instance } from '@aws-sdk/client-ec2';
import * as v from 'valibot';
import { ec2 } from '../../aws/operations.js';
import type { Account } from '../../engine/account.js';
import type { CanFinish, CanWait, SuspectContext } from '../../engine/context.js';
import { StepFailure } from '../../engine/failure.js';
import { finding, suspect } from '../../engine/finding.js';
import { definePolledStep } from '../../engine/step.js';
import { optional } from '../calls/failures.js';
import { type Instance, instance } from '../facts.js';
import { AUTO_SCALING_READS, autoScalingPlans, remarkOnAutoScaling } from './auto-scaling.js';
import { describeInstance } from './describe-instance.js';
import { interfacesOf, toSuspectInterface } from './interfaces.js';
import { autoScalingMembership, registrations, ssmState } from './membership.js';
import { roleOfProfile } from './role.js';
import { volumesOf } from './volumes.js';

const PENDING_MS = 120_000;

type State = Instance['state'];
const STATES: readonly State[] = ['pending', 'running', 'shutting-down', 'terminated', 'stopping', 'stopped'];

function stateOf(found: Ec2Instance): State {
  const state = STATES.find((one) => one === found.State?.Name);
  if (state === undefined)
    throw StepFailure.retryable(
      'UNKNOWN_STATE',
      `EC2 says the instance is ${found.State?.Name ?? 'nothing'}`,
    );
  return state;
}

async function typeFacts(account: Account, instanceType: string) {
  const answer = await account.call(ec2.DescribeInstanceTypes, {
    // The SDK's type lists the types of its day; new ones are strings too.
    InstanceTypes: [instanceType as NonNullable<Ec2Instance['InstanceType']>],
  });
  const type = answer.InstanceTypes?.[0];
  return {
    memoryMiB: type?.MemoryInfo?.SizeInMiB ?? 0,
    instanceStore: type?.InstanceStorageSupported === true,
  };
}

function ownFacts(found: Ec2Instance) {
  return {
    instanceId: found.InstanceId ?? '',
    state: stateOf(found),
    platform: found.Platform === 'Windows' ? ('windows' as const) : ('linux' as const),
    architecture: found.Architecture ?? 'unknown',
    instanceType: found.InstanceType ?? 'unknown',
    imageId: found.ImageId ?? 'unknown',
    lifecycle: found.InstanceLifecycle === 'spot' ? ('spot' as const) : ('on-demand' as const),
    launchTime: (found.LaunchTime ?? new Date(0)).toISOString(),
    availabilityZone: found.Placement?.AvailabilityZone ?? '',
    hibernation: found.HibernationOptions?.Configured === true,
    enclave: found.EnclaveOptions?.Enabled === true,
    ...launchTemplateOf(found),
  };
}

/** By the tag that AWS alone writes. */
function launchTemplateOf({ Tags: tags = [] }: Ec2Instance): { readonly launchTemplate?: string } {
  const id = tags.find(({ Key: key }) => key === 'aws:ec2launchtemplate:id')?.Value;
  return id === undefined ? {} : { launchTemplate: id };
}

/** What stands around the instance. Only the interfaces and volumes are needed; the rest may be out of our reach. */
async function surroundings(ctx: SuspectContext, found: Ec2Instance) {
  const account = ctx.suspectAccount;
  const instanceId = found.InstanceId ?? '';
  const profileArn = found.IamInstanceProfile?.Arn;
  const none = { from: async () => undefined, instead: undefined };
  const interfaces = interfacesOf(account, instanceId).then((all) => all.map(toSuspectInterface));
  const [all, volumes, type, roleName, ssm, membership, targets] = await Promise.all([
    interfaces,
    volumesOf(account, found),
    optional(ctx, 'instance type', {
      from: () => typeFacts(account, found.InstanceType ?? ''),
      instead: { memoryMiB: 0, instanceStore: false },
    }),
    optional(
      ctx,
      'role of the instance profile',
      profileArn === undefined
        ? none
        : { from: () => roleOfProfile(account, profileArn), instead: undefined },
    ),
    optional(ctx, 'SSM state', { from: () => ssmState(account, instanceId), instead: 'unmanaged' as const }),
    scaling(ctx, instanceId),
    optional(ctx, 'target groups', { from: () => targetsOf(account, found), instead: [] }),
  ]);
  return {
    interfaces: all,
    volumes: [...volumes],
    ...type,
    ...(profileArn === undefined ? {} : { profileArn }),
    ...(roleName === undefined ? {} : { roleName }),
    ssm,
    ...membership,
    targetGroupArns: targets.map(({ targetGroupArn }) => targetGroupArn),
  };
}

async function scaling(
  ctx: SuspectContext,
  instanceId: string,
): Promise<Pick<Instance, 'autoScalingGroup' | 'autoScaling'>> {
  const membership = await optional(ctx, 'Auto Scaling membership', {
    from: () => autoScalingMembership(ctx.suspectAccount, instanceId),
    instead: undefined,
  });
  if (membership === undefined) return {};
  const plans = await optional(ctx, 'plans of the Auto Scaling group', {
    from: () => autoScalingPlans(ctx.suspectAccount, membership),
    instead: undefined,
  });
  if (plans !== undefined) remarkOnAutoScaling(ctx, membership.group, plans);
  return { autoScalingGroup: membership.group, ...(plans === undefined ? {} : { autoScaling: plans }) };
}

function targetsOf(account: Account, found: Ec2Instance) {
  const addresses = (found.NetworkInterfaces ?? []).flatMap((one) =>
    (one.PrivateIpAddresses ?? []).flatMap(({ PrivateIpAddress: address }) => address ?? []),
  );
  return registrations(account, new Set([found.InstanceId ?? '', ...addresses]));
}

function remark(ctx: SuspectContext, { state, hibernation, enclave }: ReturnType<typeof ownFacts>): void {
  if (enclave)
    ctx.notice(
      'ENCLAVE_OUT_OF_REACH',
      'the memory of its enclave can be read neither from outside nor from it',
    );
  if (state === 'terminated' || state === 'shutting-down')
    ctx.gap('SUSPECT_TERMINATED', 'only volumes that survive and control-plane evidence are left');
  if (state === 'stopped' && hibernation)
    ctx.notice('SUSPECT_HIBERNATED', 'the memory of a hibernated instance lies on its root volume');
  else if (state === 'stopped' || state === 'stopping')
    ctx.notice('SUSPECT_STOPPED', 'there is no memory to take; the instance is never started');
}

const READS = [
  'ec2:DescribeInstances',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeVolumes',
  'ec2:DescribeInstanceTypes',
  'iam:GetInstanceProfile',
  'ssm:DescribeInstanceInformation',
  'autoscaling:DescribeAutoScalingInstances',
  ...AUTO_SCALING_READS,
  'elasticloadbalancing:DescribeTargetGroups',
  'elasticloadbalancing:DescribeTargetHealth',
];

const Ticket = v.object({ pendingSince: v.string() });
type Context = SuspectContext & CanFinish<readonly [typeof instance]> & CanWait<v.InferOutput<typeof Ticket>>;

async function look(ctx: Context, since: string) {
  const found = await describeInstance(ctx.suspectAccount, ctx.incident.suspect);
  const own = ownFacts(found);
  if (own.state === 'pending' && ctx.now().getTime() - Date.parse(since) < PENDING_MS)
    return ctx.waiting({ pendingSince: since }, { seconds: 5 });
  remark(ctx, own);
  return ctx.done({ instance: { ...own, ...(await surroundings(ctx, found)) } });
}

/**
 * Looks at the suspect from outside: state, interfaces, volumes, role, SSM, groups. Changes nothing.
 *
 * A pending instance is waited for, two minutes at most. What may not be read is left out, with a notice.
 *
 * @throws StepFailure `SUSPECT_NOT_FOUND`
 */
export function inspect() {
  return definePolledStep({
    id: 'inspect',
    title: 'Looks at the instance from outside: interfaces, volumes, role, SSM, groups',
    phase: 'protect',
    harmless: true,
    needs: [finding, suspect],
    provides: [instance],
    timeout: { minutes: 3 },
    actions: { suspect: READS },
    ticket: Ticket,
    start: (ctx) => look(ctx, ctx.now().toISOString()),
    poll: (ctx, { pendingSince }) => look(ctx, pendingSince),
  });
}
