import {
  AttachVolumeCommand,
  CreateVolumeCommand,
  type CreateVolumeCommandInput,
  DeleteVolumeCommand,
  DescribeVolumesCommand,
  DetachVolumeCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { addKey, addSnapshot, addVolume, type KeyOptions, volumesOf } from '../../../src/index.js';
import { client, INSTANCE, REGION, SECURITY_ACCOUNT, scene } from './scene.js';

const create = (ec2: EC2Client, input: Partial<CreateVolumeCommandInput> = {}) =>
  ec2.send(new CreateVolumeCommand({ AvailabilityZone: `${REGION}a`, Size: 10, ...input }));
const volume = async (ec2: EC2Client, id = '') =>
  (await ec2.send(new DescribeVolumesCommand({ VolumeIds: [id] }))).Volumes?.[0];
const attach = (ec2: EC2Client, VolumeId = '', Device = '/dev/sdf') =>
  ec2.send(new AttachVolumeCommand({ VolumeId, InstanceId: INSTANCE, Device }));

describe('volumes', () => {
  it('are created, attached, detached and deleted, each in its time', async () => {
    const { ec2, world } = scene();
    const { VolumeId = '', State } = await create(ec2);
    expect(State).toBe('creating');
    await expect(attach(ec2, VolumeId)).rejects.toMatchObject({ name: 'IncorrectState' });
    await world.clock.advance(6_000);
    expect((await attach(ec2, VolumeId)).State).toBe('attaching');
    await world.clock.advance(4_000);
    expect(await volume(ec2, VolumeId)).toMatchObject({
      State: 'in-use',
      Attachments: [{ State: 'attached', Device: '/dev/sdf' }],
    });
    await expect(ec2.send(new DeleteVolumeCommand({ VolumeId }))).rejects.toMatchObject({
      name: 'VolumeInUse',
    });
    expect((await ec2.send(new DetachVolumeCommand({ VolumeId }))).State).toBe('detaching');
    await world.clock.advance(4_000);
    expect(await volume(ec2, VolumeId)).toMatchObject({ State: 'available', Attachments: [] });
    await ec2.send(new DeleteVolumeCommand({ VolumeId }));
    await expect(volume(ec2, VolumeId)).rejects.toMatchObject({ name: 'InvalidVolume.NotFound' });
  });

  it('are made once for each token', async () => {
    const { ec2 } = scene();
    const first = await create(ec2, { ClientToken: 't' });
    expect((await create(ec2, { ClientToken: 't' })).VolumeId).toBe(first.VolumeId);
    await expect(create(ec2, { ClientToken: 't', Size: 11 })).rejects.toMatchObject({
      name: 'IdempotentParameterMismatch',
    });
  });

  it('attach in their own zone only, at a free device, and Marketplace ones to a stopped instance', async () => {
    const { ec2, region, suspect } = scene();
    const elsewhere = addVolume(region, { availabilityZone: `${REGION}b` });
    await expect(attach(ec2, elsewhere.id)).rejects.toMatchObject({ name: 'InvalidVolume.ZoneMismatch' });
    await expect(attach(ec2, addVolume(region).id, '/dev/xvda')).rejects.toThrow('already in use');
    await expect(attach(ec2, addVolume(region).id, '/dev/nvme1n1')).rejects.toThrow(
      'not a valid EBS device name',
    );
    const product = addVolume(region, { productCode: 'aw0evgkw8e5c1q413zgy5pjce' });
    await expect(attach(ec2, product.id)).rejects.toMatchObject({ name: 'IncorrectInstanceState' });
    suspect.state = 'stopped';
    await attach(ec2, product.id);
  });

  it('attach up to a limit', async () => {
    const { ec2, region } = scene();
    const letters = 'bcdefghijklmnopqrstuvwxyz'.split('');
    const devices = [...letters.map((letter) => `/dev/xvd${letter}`), '/dev/xvdba'];
    for (const device of devices) await attach(ec2, addVolume(region).id, device);
    await expect(attach(ec2, addVolume(region).id, '/dev/xvdbb')).rejects.toMatchObject({
      name: 'AttachmentLimitExceeded',
    });
  });

  it('do not let a running instance lose its root', async () => {
    const { ec2, region } = scene();
    const [root] = volumesOf(region).all();
    const detach = ec2.send(new DetachVolumeCommand({ VolumeId: root?.id }));
    await expect(detach).rejects.toMatchObject({ name: 'OperationNotPermitted' });
  });
});

describe('a volume from a shared snapshot', () => {
  function shared(key: KeyOptions | undefined) {
    const all = scene();
    const kms = key === undefined ? {} : { kmsKeyArn: addKey(all.region, key).arn };
    const snapshot = addSnapshot(all.region, {
      sizeGiB: 20,
      sharedWith: [SECURITY_ACCOUNT],
      content: { disk: 1 },
      ...kms,
    });
    return { ...all, snapshot, security: client(all.world, SECURITY_ACCOUNT) };
  }

  it('is made without a key, and holds what was in it', async () => {
    const { security, snapshot, world } = shared(undefined);
    const { VolumeId = '', Size } = await create(security, { SnapshotId: snapshot.id, Size: undefined });
    expect(Size).toBe(20);
    await world.clock.advance(6_000);
    const made = volumesOf(world.account(SECURITY_ACCOUNT).region(REGION)).peek(VolumeId);
    expect(made).toMatchObject({ state: 'available', content: { disk: 1 } });
  });

  it('vanishes after the answer when the key is not shared', async () => {
    const { security, snapshot, world } = shared({ alias: 'alias/shop' });
    const { VolumeId } = await create(security, { SnapshotId: snapshot.id, Size: 20 });
    expect((await volume(security, VolumeId))?.State).toBe('creating');
    await world.clock.advance(6_000);
    await expect(volume(security, VolumeId)).rejects.toMatchObject({ name: 'InvalidVolume.NotFound' });
  });

  it('vanishes when the caller may not use the key, and does not come back under its token', async () => {
    const { snapshot, world } = shared({ sharedWith: [SECURITY_ACCOUNT] });
    const account = world.account(SECURITY_ACCOUNT);
    const onlyEc2 = { Statement: [{ Effect: 'Allow' as const, Action: 'ec2:*', Resource: '*' }] };
    const narrow = new EC2Client({ region: REGION, credentials: account.credentials([onlyEc2]) });
    const input = {
      SnapshotId: snapshot.id,
      Size: 20,
      ClientToken: 't',
      KmsKeyId: addKey(account.region(REGION)).arn,
    };
    const { VolumeId } = await create(narrow, input);
    await world.clock.advance(6_000);
    await expect(volume(narrow, VolumeId)).rejects.toMatchObject({ name: 'InvalidVolume.NotFound' });
    await expect(create(narrow, input)).rejects.toMatchObject({
      name: 'IdempotentParameterMismatch',
      message: expect.stringContaining('already deleted'),
    });
  });

  it('cannot be attached when its key was disabled since', async () => {
    const { ec2, region } = scene();
    const key = addKey(region);
    const { id } = addVolume(region, { kmsKeyArn: key.arn });
    key.state = 'Disabled';
    await expect(attach(ec2, id)).rejects.toMatchObject({ name: 'CustomerKeyHasBeenRevoked' });
  });

  it("is made under the security account's own key when the source key is shared", async () => {
    const { security, snapshot, world } = shared({ sharedWith: [SECURITY_ACCOUNT] });
    const own = addKey(world.account(SECURITY_ACCOUNT).region(REGION));
    const { VolumeId } = await create(security, { SnapshotId: snapshot.id, Size: 20, KmsKeyId: own.arn });
    await world.clock.advance(6_000);
    expect(await volume(security, VolumeId)).toMatchObject({
      State: 'available',
      Encrypted: true,
      KmsKeyId: own.arn,
    });
  });

  it('is refused when the snapshot is not shared, not done, or larger', async () => {
    const { security, snapshot, region } = shared(undefined);
    const closed = addSnapshot(region);
    await expect(create(security, { SnapshotId: closed.id })).rejects.toMatchObject({
      name: 'InvalidSnapshot.NotFound',
    });
    const pending = addSnapshot(region, { state: 'pending', sharedWith: [SECURITY_ACCOUNT] });
    await expect(create(security, { SnapshotId: pending.id })).rejects.toMatchObject({
      name: 'IncorrectState',
      message: 'Snapshot is in invalid state - pending',
    });
    await expect(create(security, { SnapshotId: snapshot.id, Size: 5 })).rejects.toThrow(
      'smaller than snapshot',
    );
  });
});
