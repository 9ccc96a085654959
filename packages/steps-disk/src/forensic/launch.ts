import { type BaseContext, StepFailure } from '@cordon/core';
import { ec2, ssm } from '@cordon/core/aws';
import { listAll, ownTags } from '@cordon/core/steps';
import type { ForensicOptions } from './options.js';

export interface Launched {
  readonly instanceId: string;
  readonly imageId: string;
}

async function imageId(ctx: BaseContext, { image }: ForensicOptions): Promise<string> {
  if ('amiId' in image) return image.amiId;
  const { Parameter } = await ctx.securityAccount.call(ssm.GetParameter, { Name: image.ssmParameter });
  const id = Parameter?.Value;
  if (id !== undefined && /^ami-[0-9a-f]{8,17}$/.test(id)) return id;
  throw StepFailure.permanent('NO_FORENSIC_IMAGE', `the parameter ${image.ssmParameter} holds no image id`);
}

/** Starts the instance, once: EC2 answers a second call with the same token with the same instance. */
export async function launch(ctx: BaseContext, options: ForensicOptions): Promise<Launched> {
  const image = await imageId(ctx, options);
  const tags = [...ownTags(ctx, 'examination'), { Key: 'Name', Value: `forensic-${ctx.incident.id}` }];
  const { Instances } = await ctx.securityAccount.call(ec2.RunInstances, {
    ClientToken: ctx.key,
    ImageId: image,
    // The SDK types the names of all instance types; ours comes from the deployment.
    InstanceType: (options.instanceType ?? 'm7i.large') as 'm7i.large',
    MinCount: 1,
    MaxCount: 1,
    IamInstanceProfile: { Name: options.instanceProfileName },
    NetworkInterfaces: [
      {
        DeviceIndex: 0,
        SubnetId: options.subnetId,
        Groups: [...options.securityGroupIds],
        AssociatePublicIpAddress: false,
        DeleteOnTermination: true,
      },
    ],
    MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1, HttpEndpoint: 'enabled' },
    InstanceInitiatedShutdownBehavior: 'terminate',
    TagSpecifications: [
      { ResourceType: 'instance', Tags: tags },
      { ResourceType: 'volume', Tags: tags },
    ],
  });
  const instanceId = Instances?.[0]?.InstanceId;
  if (instanceId === undefined) throw StepFailure.ambiguous('NO_INSTANCE_ID', 'ec2:RunInstances gave no id');
  return { instanceId, imageId: image };
}

/** The instance that this step has started, by its tag; null when there is none. */
export async function findLaunched(ctx: BaseContext): Promise<Launched | null> {
  const reservations = await listAll(ctx.securityAccount, ec2.DescribeInstances, {
    input: { Filters: [{ Name: 'tag:cordon:key', Values: [ctx.key] }] },
    items: (page) => page.Reservations,
  });
  const [oldest] = reservations
    .flatMap(({ Instances = [] }) => Instances)
    .toSorted((a, b) => (a.LaunchTime?.getTime() ?? 0) - (b.LaunchTime?.getTime() ?? 0));
  if (oldest?.InstanceId === undefined) return null;
  return { instanceId: oldest.InstanceId, imageId: oldest.ImageId ?? 'unknown' };
}

export type Readiness =
  | { readonly is: 'booting' }
  | { readonly is: 'ready'; readonly availabilityZone: string };

const GONE = new Set(['shutting-down', 'terminated', 'stopping', 'stopped']);

/** Whether it runs and SSM reaches it. One that is gone comes back under its token, so the step must start anew. */
export async function readiness(ctx: BaseContext, instanceId: string): Promise<Readiness> {
  const Filters = [{ Name: 'instance-id', Values: [instanceId] }];
  const { Reservations } = await ctx.securityAccount.call(ec2.DescribeInstances, { Filters });
  const instance = Reservations?.[0]?.Instances?.[0];
  const state = instance?.State?.Name ?? 'pending';
  if (GONE.has(state)) throw StepFailure.restart('FORENSIC_INSTANCE_DIED', `${instanceId} is ${state}`);
  const zone = instance?.Placement?.AvailabilityZone;
  if (state !== 'running' || zone === undefined) return { is: 'booting' };
  const { InstanceInformationList } = await ctx.securityAccount.call(ssm.DescribeInstanceInformation, {
    Filters: [{ Key: 'InstanceIds', Values: [instanceId] }],
  });
  const online = InstanceInformationList?.some(({ PingStatus }) => PingStatus === 'Online');
  return online === true ? { is: 'ready', availabilityZone: zone } : { is: 'booting' };
}
