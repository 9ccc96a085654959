import { createHash } from 'node:crypto';
import { type BaseContext, StepFailure } from '@cordon/core';
import { ec2, ssm } from '@cordon/core/aws';
import { isCode, listAll, ownTags } from '@cordon/core/steps';
import type { ForensicOptions } from './options.js';
import { forensicGroups, knownForensicGroups } from './own-group.js';

export interface Launched {
  readonly instanceId: string;
  readonly imageId: string;
  /** What it was started with, and wears. */
  readonly groupIds: string[];
}

const IMAGE_ID = /^ami-[0-9a-f]{8,17}$/;

async function imageFields(ctx: BaseContext, { image }: ForensicOptions) {
  if ('amiId' in image) return { ImageId: image.amiId };
  if ('launchTemplateId' in image)
    return { LaunchTemplate: { LaunchTemplateId: image.launchTemplateId, Version: image.version } };
  const { Parameter } = await ctx.securityAccount.call(ssm.GetParameter, { Name: image.ssmParameter });
  const id = Parameter?.Value;
  if (id !== undefined && IMAGE_ID.test(id)) return { ImageId: id };
  throw StepFailure.permanent('NO_FORENSIC_IMAGE', `the parameter ${image.ssmParameter} holds no image id`);
}

/** A type and a subnet: what there is not in one zone there may be in the next. */
interface Choice {
  readonly subnetId: string;
  readonly instanceType: string;
  /** EC2 refuses a token that comes back with other parameters. */
  readonly token: string;
}

function choices(ctx: BaseContext, options: ForensicOptions): readonly Choice[] {
  const { instanceType = 'm7i.large', otherInstanceTypes = ['m6i.large', 'm5.large'] } = options;
  const subnets = [options.subnetId, ...(options.otherSubnetIds ?? [])];
  const types = [...new Set([instanceType, ...otherInstanceTypes])];
  const all = types.flatMap((type) => subnets.map((subnetId) => ({ subnetId, instanceType: type })));
  return all.map((choice, index) => ({
    ...choice,
    token: index === 0 ? ctx.key : createHash('sha256').update(`${ctx.key}\n${index}`).digest('hex'),
  }));
}

type Image = Awaited<ReturnType<typeof imageFields>>;

async function run(
  ctx: BaseContext,
  { subnetId, instanceType, token }: Choice,
  given: { readonly image: Image; readonly groupIds: readonly string[]; readonly options: ForensicOptions },
): Promise<Launched> {
  const tags = [...ownTags(ctx, 'examination'), { Key: 'Name', Value: `forensic-${ctx.incident.id}` }];
  const { Instances } = await ctx.securityAccount.call(ec2.RunInstances, {
    ...given.image,
    ClientToken: token,
    // The SDK types the names of all instance types; ours comes from the deployment.
    InstanceType: instanceType as 'm7i.large',
    MinCount: 1,
    MaxCount: 1,
    IamInstanceProfile: { Name: given.options.instanceProfileName },
    NetworkInterfaces: [
      {
        DeviceIndex: 0,
        SubnetId: subnetId,
        Groups: [...given.groupIds],
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
  return { instanceId, imageId: Instances?.[0]?.ImageId ?? 'unknown', groupIds: [...given.groupIds] };
}

/** EC2 surely made nothing, and another type or zone may do. */
const ELSEWHERE = [
  'InsufficientInstanceCapacity',
  'InsufficientFreeAddressesInSubnet',
  'Unsupported',
  'InstanceLimitExceeded',
  'VcpuLimitExceeded',
];

/** Starts the instance, once: EC2 answers a second call with the same token with the same instance. */
export async function launch(ctx: BaseContext, options: ForensicOptions): Promise<Launched> {
  const [image, groupIds] = [await imageFields(ctx, options), await forensicGroups(ctx, options)];
  const refused: string[] = [];
  for (const choice of choices(ctx, options)) {
    try {
      return await run(ctx, choice, { image, groupIds, options });
    } catch (error) {
      if (!isCode(error, ...ELSEWHERE)) throw error;
      refused.push(`${choice.instanceType} in ${choice.subnetId}: ${error.code}`);
    }
  }
  throw StepFailure.retryable('NO_FORENSIC_CAPACITY', refused.join('; '));
}

/** The instance that this step has started, by its tag; null when there is none. */
export async function findLaunched(ctx: BaseContext, options: ForensicOptions): Promise<Launched | null> {
  const reservations = await listAll(ctx.securityAccount, ec2.DescribeInstances, {
    input: { Filters: [{ Name: 'tag:cordon:key', Values: [ctx.key] }] },
    items: (page) => page.Reservations,
  });
  const [oldest] = reservations
    .flatMap(({ Instances = [] }) => Instances)
    .toSorted((a, b) => (a.LaunchTime?.getTime() ?? 0) - (b.LaunchTime?.getTime() ?? 0));
  if (oldest?.InstanceId === undefined) return null;
  const groupIds = [...(await knownForensicGroups(ctx, options))];
  return { instanceId: oldest.InstanceId, imageId: oldest.ImageId ?? 'unknown', groupIds };
}
