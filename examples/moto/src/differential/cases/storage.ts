import {
  AttachVolumeCommand,
  CopySnapshotCommand,
  CreateSnapshotCommand,
  CreateSnapshotsCommand,
  CreateTagsCommand,
  CreateVolumeCommand,
  DeleteSnapshotCommand,
  DeleteVolumeCommand,
  DescribeSnapshotAttributeCommand,
  DescribeSnapshotsCommand,
  DescribeVolumesCommand,
  DetachVolumeCommand,
  ModifySnapshotAttributeCommand,
} from '@aws-sdk/client-ec2';
import { REGION } from '../../accounts.ts';
import { type Case, UNKNOWN, type World } from '../world.ts';

const ZONE = `${REGION}a`;

async function aVolume({ ec2, settle }: World, zone = ZONE): Promise<string> {
  const { VolumeId = '' } = await ec2.send(new CreateVolumeCommand({ Size: 1, AvailabilityZone: zone }));
  await settle();
  return VolumeId;
}

async function attached(world: World, device: string): Promise<string> {
  const VolumeId = await aVolume(world);
  const { ec2, instanceId } = world;
  await ec2.send(new AttachVolumeCommand({ VolumeId, InstanceId: instanceId, Device: device }));
  await world.settle();
  return VolumeId;
}

const VOLUMES: readonly Case[] = [
  {
    name: 'CreateVolume: a new one',
    ask: ({ ec2 }) =>
      ec2.send(new CreateVolumeCommand({ Size: 1, AvailabilityZone: ZONE, VolumeType: 'gp3' })),
  },
  {
    name: 'CreateVolume: of an unknown snapshot',
    ask: ({ ec2 }) =>
      ec2.send(new CreateVolumeCommand({ SnapshotId: UNKNOWN.snapshot, AvailabilityZone: ZONE })),
  },
  {
    name: 'CreateVolume: in an unknown zone',
    ask: ({ ec2 }) => ec2.send(new CreateVolumeCommand({ Size: 1, AvailabilityZone: 'eu-west-1z' })),
  },
  {
    name: 'DescribeVolumes: one',
    ask: ({ ec2, rootVolumeId }) => ec2.send(new DescribeVolumesCommand({ VolumeIds: [rootVolumeId] })),
  },
  {
    name: 'DescribeVolumes: an unknown one',
    ask: ({ ec2 }) => ec2.send(new DescribeVolumesCommand({ VolumeIds: [UNKNOWN.volume] })),
  },
  {
    name: 'AttachVolume: a free one',
    async ask(world) {
      const VolumeId = await aVolume(world);
      const { ec2, instanceId } = world;
      return ec2.send(new AttachVolumeCommand({ VolumeId, InstanceId: instanceId, Device: '/dev/sdh' }));
    },
  },
  {
    name: 'AttachVolume: one that is attached',
    ask: ({ ec2, instanceId, rootVolumeId }) =>
      ec2.send(
        new AttachVolumeCommand({ VolumeId: rootVolumeId, InstanceId: instanceId, Device: '/dev/sdg' }),
      ),
  },
  {
    name: 'AttachVolume: at a device that is taken',
    async ask(world) {
      const VolumeId = await aVolume(world);
      const { ec2, instanceId } = world;
      return ec2.send(new AttachVolumeCommand({ VolumeId, InstanceId: instanceId, Device: '/dev/sda1' }));
    },
  },
  {
    name: 'AttachVolume: of another zone',
    async ask(world) {
      const VolumeId = await aVolume(world, 'eu-west-1b');
      const { ec2, instanceId } = world;
      return ec2.send(new AttachVolumeCommand({ VolumeId, InstanceId: instanceId, Device: '/dev/sdi' }));
    },
  },
  {
    name: 'AttachVolume: an unknown volume',
    ask: ({ ec2, instanceId }) =>
      ec2.send(
        new AttachVolumeCommand({ VolumeId: UNKNOWN.volume, InstanceId: instanceId, Device: '/dev/sdj' }),
      ),
  },
  {
    name: 'AttachVolume: to an unknown instance',
    ask: ({ ec2, freeVolumeId }) =>
      ec2.send(
        new AttachVolumeCommand({ VolumeId: freeVolumeId, InstanceId: UNKNOWN.instance, Device: '/dev/sdj' }),
      ),
  },
  {
    name: 'DetachVolume: one that is attached',
    async ask(world) {
      const VolumeId = await attached(world, '/dev/sdk');
      return world.ec2.send(new DetachVolumeCommand({ VolumeId }));
    },
  },
  {
    name: 'DetachVolume: twice',
    async ask(world) {
      const VolumeId = await attached(world, '/dev/sdl');
      await world.ec2.send(new DetachVolumeCommand({ VolumeId, InstanceId: world.instanceId }));
      await world.settle();
      return world.ec2.send(new DetachVolumeCommand({ VolumeId, InstanceId: world.instanceId }));
    },
  },
  {
    name: 'DetachVolume: an unknown one',
    ask: ({ ec2 }) => ec2.send(new DetachVolumeCommand({ VolumeId: UNKNOWN.volume })),
  },
  {
    name: 'DeleteVolume: one that is attached',
    ask: ({ ec2, rootVolumeId }) => ec2.send(new DeleteVolumeCommand({ VolumeId: rootVolumeId })),
  },
  {
    name: 'DeleteVolume: twice',
    async ask(world) {
      const VolumeId = await aVolume(world);
      await world.ec2.send(new DeleteVolumeCommand({ VolumeId }));
      await world.settle();
      return world.ec2.send(new DeleteVolumeCommand({ VolumeId }));
    },
  },
];

const SNAPSHOTS: readonly Case[] = [
  {
    name: 'CreateSnapshot: of a volume',
    ask: ({ ec2, freeVolumeId }) => ec2.send(new CreateSnapshotCommand({ VolumeId: freeVolumeId })),
  },
  {
    name: 'CreateSnapshot: of an unknown volume',
    ask: ({ ec2 }) => ec2.send(new CreateSnapshotCommand({ VolumeId: UNKNOWN.volume })),
  },
  {
    name: 'CreateSnapshots: of an instance',
    ask: ({ ec2, instanceId }) =>
      ec2.send(new CreateSnapshotsCommand({ InstanceSpecification: { InstanceId: instanceId } })),
  },
  {
    name: 'CreateSnapshots: of an unknown instance',
    ask: ({ ec2 }) =>
      ec2.send(new CreateSnapshotsCommand({ InstanceSpecification: { InstanceId: UNKNOWN.instance } })),
  },
  {
    name: 'DescribeSnapshots: one',
    ask: ({ ec2, snapshotId }) => ec2.send(new DescribeSnapshotsCommand({ SnapshotIds: [snapshotId] })),
  },
  {
    name: 'DescribeSnapshots: an unknown one',
    ask: ({ ec2 }) => ec2.send(new DescribeSnapshotsCommand({ SnapshotIds: [UNKNOWN.snapshot] })),
  },
  {
    name: 'DeleteSnapshot: an unknown one',
    ask: ({ ec2 }) => ec2.send(new DeleteSnapshotCommand({ SnapshotId: UNKNOWN.snapshot })),
  },
  {
    name: 'DescribeSnapshotAttribute: an unknown snapshot',
    ask: ({ ec2 }) =>
      ec2.send(
        new DescribeSnapshotAttributeCommand({
          SnapshotId: UNKNOWN.snapshot,
          Attribute: 'createVolumePermission',
        }),
      ),
  },
  {
    name: 'ModifySnapshotAttribute, then DescribeSnapshotAttribute: shared with an account',
    async ask({ ec2, snapshotId: SnapshotId }) {
      const Attribute = 'createVolumePermission';
      await ec2.send(
        new ModifySnapshotAttributeCommand({
          SnapshotId,
          Attribute,
          OperationType: 'add',
          UserIds: [UNKNOWN.account],
        }),
      );
      return ec2.send(new DescribeSnapshotAttributeCommand({ SnapshotId, Attribute }));
    },
  },
  {
    name: 'ModifySnapshotAttribute: an unknown snapshot',
    ask: ({ ec2 }) =>
      ec2.send(
        new ModifySnapshotAttributeCommand({
          SnapshotId: UNKNOWN.snapshot,
          Attribute: 'createVolumePermission',
          OperationType: 'add',
          UserIds: [UNKNOWN.account],
        }),
      ),
  },
  {
    name: 'CopySnapshot: one of its own',
    ask: ({ ec2, snapshotId }) =>
      ec2.send(new CopySnapshotCommand({ SourceRegion: REGION, SourceSnapshotId: snapshotId })),
  },
  {
    name: 'CopySnapshot: an unknown one',
    ask: ({ ec2 }) =>
      ec2.send(new CopySnapshotCommand({ SourceRegion: REGION, SourceSnapshotId: UNKNOWN.snapshot })),
  },
  {
    name: 'CreateTags: on an unknown instance',
    ask: ({ ec2 }) =>
      ec2.send(new CreateTagsCommand({ Resources: [UNKNOWN.instance], Tags: [{ Key: 'a', Value: 'b' }] })),
  },
];

export const STORAGE_CASES: readonly Case[] = [...VOLUMES, ...SNAPSHOTS];
