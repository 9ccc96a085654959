import {
  CreateSnapshotCommand,
  CreateSnapshotsCommand,
  DeleteSnapshotCommand,
  DescribeSnapshotAttributeCommand,
  type EC2Client,
  LockSnapshotCommand,
  type LockSnapshotCommandInput,
  ModifySnapshotAttributeCommand,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { addKey, addSnapshot, snapshotSpeedOf, volumesOf, volumesOfInstance } from '../../../src/index.js';
import { client, INSTANCE, SECURITY_ACCOUNT, scene, snapshot } from './scene.js';

const VOLUMES = [
  { device: '/dev/xvda', sizeGiB: 8 },
  { device: '/dev/sdf', sizeGiB: 400 },
];

const createAll = (ec2: EC2Client, more: object = {}) =>
  ec2.send(new CreateSnapshotsCommand({ InstanceSpecification: { InstanceId: INSTANCE }, ...more }));

const share = (ec2: EC2Client, SnapshotId: string, ...ids: string[]) =>
  ec2.send(
    new ModifySnapshotAttributeCommand({
      SnapshotId,
      Attribute: 'createVolumePermission',
      OperationType: 'add',
      UserIds: ids,
    }),
  );

describe('CreateSnapshots', () => {
  it('takes every attached volume at once, tagged from the beginning', async () => {
    const { ec2 } = scene({}, { volumes: VOLUMES });
    const TagSpecifications = [
      { ResourceType: 'snapshot' as const, Tags: [{ Key: 'cordon:key', Value: 'k' }] },
    ];
    const { Snapshots } = await createAll(ec2, { TagSpecifications, Description: 'evidence' });
    expect(Snapshots).toMatchObject([
      { State: 'pending', VolumeSize: 400, Tags: [{ Key: 'cordon:key', Value: 'k' }] },
      { State: 'pending', VolumeSize: 8, Description: 'evidence' },
    ]);
  });

  it('leaves out what it is told to', async () => {
    const { ec2, region } = scene({}, { volumes: VOLUMES });
    const data = volumesOfInstance(region, INSTANCE).find((volume) => volume.sizeGiB === 400);
    const without = (specification: object) =>
      createAll(ec2, { InstanceSpecification: { InstanceId: INSTANCE, ...specification } });
    expect((await without({ ExcludeBootVolume: true })).Snapshots).toMatchObject([{ VolumeSize: 400 }]);
    expect((await without({ ExcludeDataVolumeIds: [data?.id] })).Snapshots).toMatchObject([
      { VolumeSize: 8 },
    ]);
  });

  it('goes on for as long as the size needs, percent by percent', async () => {
    const { ec2, world, region } = scene({}, { volumes: VOLUMES });
    snapshotSpeedOf(region).gibPerMinute = 4;
    const { Snapshots: [large] = [] } = await createAll(ec2);
    await world.clock.advance(50 * 60_000);
    const half = await snapshot(ec2, large?.SnapshotId);
    expect(half).toMatchObject({ State: 'pending' });
    expect(Number.parseInt(half?.Progress ?? '', 10)).toBeGreaterThan(40);
    expect(Number.parseInt(half?.Progress ?? '', 10)).toBeLessThan(60);
    await world.clock.advance(60 * 60_000);
    expect(await snapshot(ec2, large?.SnapshotId)).toMatchObject({ State: 'completed', Progress: '100%' });
  });

  it('may be called once in fifteen seconds for a volume', async () => {
    const { ec2, world } = scene();
    await createAll(ec2);
    await expect(createAll(ec2)).rejects.toMatchObject({ name: 'SnapshotCreationPerVolumeRateExceeded' });
    await world.clock.advance(15_000);
    await createAll(ec2);
  });

  it('stops at the limit of pending snapshots of one volume', async () => {
    const { ec2, world, region } = scene({}, { volumes: [{ device: '/dev/xvda', sizeGiB: 500 }] });
    const VolumeId = volumesOf(region).all()[0]?.id;
    for (let i = 0; i < 5; i++) {
      await ec2.send(new CreateSnapshotCommand({ VolumeId }));
      await world.clock.advance(15_000);
    }
    await expect(createAll(ec2)).rejects.toMatchObject({ name: 'ConcurrentSnapshotLimitExceeded' });
  });

  it('makes what cannot be found at once, not even to be shared', async () => {
    const { ec2, world } = scene({ visibilityLagSeconds: 60, seed: 1 });
    const { Snapshots: [one] = [] } = await createAll(ec2);
    const id = one?.SnapshotId ?? '';
    await expect(snapshot(ec2, id)).rejects.toMatchObject({ name: 'InvalidSnapshot.NotFound' });
    await expect(share(ec2, id, SECURITY_ACCOUNT)).rejects.toMatchObject({
      name: 'InvalidSnapshot.NotFound',
    });
    await world.clock.advance(60_000);
    await share(ec2, id, SECURITY_ACCOUNT);
  });
});

describe('sharing', () => {
  it('shows the snapshot to the other account, without its tags', async () => {
    const { ec2, world, region } = scene();
    const { id } = addSnapshot(region, { tags: { secret: 'name' } });
    const security = client(world, SECURITY_ACCOUNT);
    await expect(snapshot(security, id)).rejects.toMatchObject({ name: 'InvalidSnapshot.NotFound' });
    await share(ec2, id, SECURITY_ACCOUNT);
    expect(await snapshot(security, id)).toMatchObject({ OwnerId: region.account.id, Tags: [] });
    const permissions = await ec2.send(
      new DescribeSnapshotAttributeCommand({ SnapshotId: id, Attribute: 'createVolumePermission' }),
    );
    expect(permissions.CreateVolumePermissions).toEqual([{ UserId: SECURITY_ACCOUNT }]);
  });

  it('is refused under the default key of EBS, and to everybody when encrypted', async () => {
    const { ec2, region } = scene();
    const aws = addKey(region, { alias: 'alias/aws/ebs', manager: 'AWS' });
    const { id } = addSnapshot(region, { kmsKeyArn: aws.arn });
    await expect(share(ec2, id, SECURITY_ACCOUNT)).rejects.toMatchObject({
      name: 'OperationNotPermitted',
      message: 'Encrypted snapshots with EBS default key cannot be shared',
    });
    const own = addSnapshot(region, { kmsKeyArn: addKey(region).arn });
    await expect(share(ec2, own.id, 'all')).rejects.toMatchObject({ name: 'OperationNotPermitted' });
    await share(ec2, own.id, SECURITY_ACCOUNT);
  });
});

describe('LockSnapshot', () => {
  const lock = (ec2: EC2Client, SnapshotId: string, more: Partial<LockSnapshotCommandInput> = {}) =>
    ec2.send(new LockSnapshotCommand({ SnapshotId, LockMode: 'governance', LockDuration: 30, ...more }));
  const remove = (ec2: EC2Client, SnapshotId: string) => ec2.send(new DeleteSnapshotCommand({ SnapshotId }));

  it('keeps a snapshot from being deleted until it expires', async () => {
    const { ec2, region, world } = scene();
    const { id } = addSnapshot(region);
    const answer = await lock(ec2, id, { LockDuration: 1 });
    expect(answer).toMatchObject({ LockState: 'governance', LockDuration: 1 });
    expect(answer.LockExpiresOn?.getTime()).toBeGreaterThan(world.now().getTime());
    await expect(remove(ec2, id)).rejects.toMatchObject({ name: 'SnapshotLocked' });
    await world.clock.advance(86_400_000);
    await remove(ec2, id);
  });

  it('begins to run when a pending snapshot is complete', async () => {
    const { ec2, world } = scene();
    const { Snapshots: [one] = [] } = await createAll(ec2);
    const answer = await lock(ec2, one?.SnapshotId ?? '');
    expect(answer).toMatchObject({ LockState: 'governance' });
    expect(answer.LockExpiresOn).toBeUndefined();
    await expect(remove(ec2, one?.SnapshotId ?? '')).rejects.toMatchObject({ name: 'SnapshotLocked' });
    await world.clock.advance(30 * 60_000);
    expect((await lock(ec2, one?.SnapshotId ?? '')).LockExpiresOn).toBeInstanceOf(Date);
  });

  it('in compliance mode can only be made longer', async () => {
    const { ec2, region } = scene();
    const { id } = addSnapshot(region);
    await lock(ec2, id, { LockMode: 'compliance' });
    await expect(lock(ec2, id)).rejects.toThrow('can only be extended');
    await lock(ec2, id, { LockMode: 'compliance', LockDuration: 60 });
  });

  it("is the owner's alone", async () => {
    const { region, world } = scene();
    const { id } = addSnapshot(region, { sharedWith: [SECURITY_ACCOUNT] });
    await expect(lock(client(world, SECURITY_ACCOUNT), id)).rejects.toMatchObject({
      name: 'InvalidSnapshot.NotFound',
    });
  });
});
