import {
  AssociateIamInstanceProfileCommand,
  DescribeIamInstanceProfileAssociationsCommand,
  DescribeImagesCommand,
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  DescribeInstanceTypesCommand,
  DisassociateIamInstanceProfileCommand,
  GetConsoleOutputCommand,
  ModifyInstanceAttributeCommand,
  ModifyInstanceMetadataOptionsCommand,
  ReplaceIamInstanceProfileAssociationCommand,
  RunInstancesCommand,
  type RunInstancesCommandInput,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { type Case, UNKNOWN, type World } from '../world.ts';

function run({ ec2, imageId, subnetId }: World, more: Partial<RunInstancesCommandInput>) {
  return ec2.send(
    new RunInstancesCommand({
      ImageId: imageId,
      InstanceType: 'm6i.large',
      SubnetId: subnetId,
      MinCount: 1,
      MaxCount: 1,
      ...more,
    }),
  );
}

async function aProtected(world: World): Promise<string> {
  const { Instances } = await run(world, { DisableApiTermination: true, DisableApiStop: true });
  await world.settle();
  return Instances?.[0]?.InstanceId ?? '';
}

const READS: readonly Case[] = [
  {
    name: 'DescribeInstances: one',
    ask: ({ ec2, instanceId }) => ec2.send(new DescribeInstancesCommand({ InstanceIds: [instanceId] })),
  },
  {
    name: 'DescribeInstances: an unknown one',
    ask: ({ ec2 }) => ec2.send(new DescribeInstancesCommand({ InstanceIds: [UNKNOWN.instance] })),
  },
  {
    name: 'DescribeInstances: an id of the wrong form',
    ask: ({ ec2 }) => ec2.send(new DescribeInstancesCommand({ InstanceIds: ['instance'] })),
  },
  {
    name: 'DescribeInstanceAttribute: disableApiTermination',
    ask: ({ ec2, instanceId }) =>
      ec2.send(
        new DescribeInstanceAttributeCommand({ InstanceId: instanceId, Attribute: 'disableApiTermination' }),
      ),
  },
  {
    name: 'DescribeInstanceAttribute: of an unknown instance',
    ask: ({ ec2 }) =>
      ec2.send(
        new DescribeInstanceAttributeCommand({
          InstanceId: UNKNOWN.instance,
          Attribute: 'disableApiTermination',
        }),
      ),
  },
  {
    name: 'DescribeInstanceAttribute: an unknown attribute',
    ask: ({ ec2, instanceId }) =>
      ec2.send(
        new DescribeInstanceAttributeCommand({ InstanceId: instanceId, Attribute: 'mood' as 'instanceType' }),
      ),
  },
  {
    name: 'DescribeImages: an unknown one',
    ask: ({ ec2 }) => ec2.send(new DescribeImagesCommand({ ImageIds: [UNKNOWN.image] })),
  },
  {
    name: 'DescribeInstanceTypes: an unknown one',
    ask: ({ ec2 }) =>
      ec2.send(new DescribeInstanceTypesCommand({ InstanceTypes: ['z9.huge' as 'm6i.large'] })),
  },
  {
    name: 'GetConsoleOutput: of an unknown instance',
    ask: ({ ec2 }) => ec2.send(new GetConsoleOutputCommand({ InstanceId: UNKNOWN.instance })),
  },
];

const CHANGES: readonly Case[] = [
  {
    name: 'ModifyInstanceAttribute: termination protection',
    ask: ({ ec2, instanceId }) =>
      ec2.send(
        new ModifyInstanceAttributeCommand({
          InstanceId: instanceId,
          DisableApiTermination: { Value: false },
        }),
      ),
  },
  {
    name: 'ModifyInstanceAttribute: of an unknown instance',
    ask: ({ ec2 }) =>
      ec2.send(
        new ModifyInstanceAttributeCommand({
          InstanceId: UNKNOWN.instance,
          DisableApiTermination: { Value: true },
        }),
      ),
  },
  {
    name: 'ModifyInstanceAttribute: a device that is not there',
    ask: ({ ec2, instanceId }) =>
      ec2.send(
        new ModifyInstanceAttributeCommand({
          InstanceId: instanceId,
          BlockDeviceMappings: [{ DeviceName: '/dev/sdz', Ebs: { DeleteOnTermination: false } }],
        }),
      ),
  },
  {
    name: 'ModifyInstanceMetadataOptions: tokens',
    ask: ({ ec2, instanceId }) =>
      ec2.send(
        new ModifyInstanceMetadataOptionsCommand({
          InstanceId: instanceId,
          HttpTokens: 'required',
          HttpPutResponseHopLimit: 1,
        }),
      ),
  },
  {
    name: 'ModifyInstanceMetadataOptions: of an unknown instance',
    ask: ({ ec2 }) =>
      ec2.send(
        new ModifyInstanceMetadataOptionsCommand({ InstanceId: UNKNOWN.instance, HttpTokens: 'required' }),
      ),
  },
  {
    name: 'StopInstances: an unknown one',
    ask: ({ ec2 }) => ec2.send(new StopInstancesCommand({ InstanceIds: [UNKNOWN.instance] })),
  },
  {
    name: 'StopInstances: one that is protected against it',
    ask: async (world) =>
      world.ec2.send(new StopInstancesCommand({ InstanceIds: [await aProtected(world)] })),
  },
  {
    name: 'TerminateInstances: one that is protected against it',
    ask: async (world) =>
      world.ec2.send(new TerminateInstancesCommand({ InstanceIds: [await aProtected(world)] })),
  },
  {
    name: 'TerminateInstances: an unknown one',
    ask: ({ ec2 }) => ec2.send(new TerminateInstancesCommand({ InstanceIds: [UNKNOWN.instance] })),
  },
];

const LAUNCHES: readonly Case[] = [
  { name: 'RunInstances: a new one', ask: (world) => run(world, {}) },
  { name: 'RunInstances: an unknown image', ask: (world) => run(world, { ImageId: UNKNOWN.image }) },
  { name: 'RunInstances: an unknown subnet', ask: (world) => run(world, { SubnetId: UNKNOWN.subnet }) },
  {
    name: 'RunInstances: an unknown group',
    ask: (world) => run(world, { SecurityGroupIds: [UNKNOWN.group] }),
  },
  {
    name: 'RunInstances: an unknown instance profile',
    ask: (world) => run(world, { IamInstanceProfile: { Name: 'nobody' } }),
  },
  {
    name: 'RunInstances: twice with one client token',
    async ask(world) {
      const ids: (string | undefined)[] = [];
      for (let time = 0; time < 2; time += 1)
        ids.push((await run(world, { ClientToken: 'once' })).Instances?.[0]?.InstanceId);
      if (ids[0] === ids[1]) return {};
      throw Object.assign(new Error(`${ids[1]} is a second one`), { name: 'MadeTwice' });
    },
  },
];

const PROFILES: readonly Case[] = [
  {
    name: 'DescribeIamInstanceProfileAssociations: of one instance',
    ask: ({ ec2, instanceId }) =>
      ec2.send(
        new DescribeIamInstanceProfileAssociationsCommand({
          Filters: [{ Name: 'instance-id', Values: [instanceId] }],
        }),
      ),
  },
  {
    name: 'AssociateIamInstanceProfile: where there is one',
    ask: ({ ec2, instanceId, profileName }) =>
      ec2.send(
        new AssociateIamInstanceProfileCommand({
          InstanceId: instanceId,
          IamInstanceProfile: { Name: profileName },
        }),
      ),
  },
  {
    name: 'AssociateIamInstanceProfile: an unknown profile',
    ask: async (world) => {
      const InstanceId = (await run(world, {})).Instances?.[0]?.InstanceId;
      await world.settle();
      return world.ec2.send(
        new AssociateIamInstanceProfileCommand({ InstanceId, IamInstanceProfile: { Name: 'nobody' } }),
      );
    },
  },
  {
    name: 'AssociateIamInstanceProfile: to an unknown instance',
    ask: ({ ec2, profileName }) =>
      ec2.send(
        new AssociateIamInstanceProfileCommand({
          InstanceId: UNKNOWN.instance,
          IamInstanceProfile: { Name: profileName },
        }),
      ),
  },
  {
    name: 'DisassociateIamInstanceProfile: an unknown association',
    ask: ({ ec2 }) =>
      ec2.send(new DisassociateIamInstanceProfileCommand({ AssociationId: UNKNOWN.profileAssociation })),
  },
  {
    name: 'ReplaceIamInstanceProfileAssociation: an unknown association',
    ask: ({ ec2, profileName }) =>
      ec2.send(
        new ReplaceIamInstanceProfileAssociationCommand({
          AssociationId: UNKNOWN.profileAssociation,
          IamInstanceProfile: { Name: profileName },
        }),
      ),
  },
];

export const INSTANCE_CASES: readonly Case[] = [...READS, ...CHANGES, ...LAUNCHES, ...PROFILES];
