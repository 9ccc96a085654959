import { type BaseContext, StepFailure } from '@cordon/core';
import { ec2, ssm } from '@cordon/core/aws';
import type { Launched } from './launch.js';
import type { ForensicOptions } from './options.js';

export type Readiness =
  | { readonly is: 'booting' }
  | { readonly is: 'stopping' | 'stopped' }
  | { readonly is: 'ready'; readonly availabilityZone: string };

type Described = Awaited<ReturnType<typeof describe>>;
type Instance = NonNullable<Described>;

const DEAD = new Set(['shutting-down', 'terminated']);

/** By filter: what was made a moment ago is then only not shown yet. */
async function describe(ctx: BaseContext, instanceId: string) {
  const Filters = [{ Name: 'instance-id', Values: [instanceId] }];
  const { Reservations } = await ctx.securityAccount.call(ec2.DescribeInstances, { Filters });
  return Reservations?.[0]?.Instances?.[0];
}

/** What would let a disk full of somebody else's code out of the instance, or somebody into it. */
function dangers(
  instance: Instance,
  expected: { readonly groupIds: readonly string[]; readonly profile: string },
): readonly string[] {
  const { NetworkInterfaces = [], MetadataOptions, KeyName, IamInstanceProfile, PublicIpAddress } = instance;
  const worn = NetworkInterfaces.flatMap(({ Groups = [] }) => Groups.flatMap(({ GroupId: id }) => id ?? []));
  const isPublic = NetworkInterfaces.some(({ Association }) => Association?.PublicIp !== undefined);
  const profile = IamInstanceProfile?.Arn?.split('/').at(-1);
  return [
    ...(isPublic || (PublicIpAddress ?? '') !== '' ? ['a public address'] : []),
    ...(KeyName === undefined ? [] : ['a key pair']),
    ...(MetadataOptions?.HttpTokens === 'required' && MetadataOptions.HttpPutResponseHopLimit === 1
      ? []
      : ['metadata without token, or beyond the instance itself']),
    ...(worn.every((id) => expected.groupIds.includes(id)) ? [] : ['groups that it was not given']),
    ...(profile === undefined || profile === expected.profile ? [] : [`the profile ${profile}`]),
  ];
}

function assertSafe(
  instance: Instance,
  groupIds: readonly string[],
  { instanceProfileName: profile }: ForensicOptions,
): void {
  const found = dangers(instance, { groupIds, profile });
  if (found.length === 0) return;
  throw StepFailure.permanent('FORENSIC_INSTANCE_UNSAFE', `${instance.InstanceId} has ${found.join(', ')}`);
}

async function isOnline(ctx: BaseContext, instanceId: string): Promise<boolean> {
  const { InstanceInformationList } = await ctx.securityAccount.call(ssm.DescribeInstanceInformation, {
    Filters: [{ Key: 'InstanceIds', Values: [instanceId] }],
  });
  return InstanceInformationList?.some(({ PingStatus }) => PingStatus === 'Online') === true;
}

/** Whether it runs and SSM reaches it. One that is gone comes back under its token, so the step must start anew. */
export async function readiness(
  ctx: BaseContext,
  { instanceId, groupIds }: Launched,
  options: ForensicOptions,
): Promise<Readiness> {
  const instance = await describe(ctx, instanceId);
  const state = instance?.State?.Name ?? 'pending';
  if (DEAD.has(state)) throw StepFailure.restart('FORENSIC_INSTANCE_DIED', `${instanceId} is ${state}`);
  if (state === 'stopping' || state === 'stopped') return { is: state };
  const zone = instance?.Placement?.AvailabilityZone;
  if (instance === undefined || state !== 'running' || zone === undefined) return { is: 'booting' };
  assertSafe(instance, groupIds, options);
  return (await isOnline(ctx, instanceId)) ? { is: 'ready', availabilityZone: zone } : { is: 'booting' };
}
