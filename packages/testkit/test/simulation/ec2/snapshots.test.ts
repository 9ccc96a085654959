import {
  CopySnapshotCommand,
  type CopySnapshotCommandInput,
  CreateSnapshotCommand,
  CreateSnapshotsCommand,
  DeleteSnapshotCommand,
  DescribeSnapshotAttributeCommand,
  DescribeSnapshotsCommand,
  type EC2Client,
  LockSnapshotCommand,
  type LockSnapshotCommandInput,
  ModifySnapshotAttributeCommand,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import {
  addKey,
  addSnapshot,
  type KeyOptions,
  snapshotSpeedOf,
  snapshotsOf,
  volumesOf,
  volumesOfInstance,
} from '../../../src/index.js';
import { client, INSTANCE, REGION, SECURITY_ACCOUNT, scene } from './scene.js';

const VOLUMES = [
  { device: '/dev/xvda', sizeGiB: 8 },
  { device: '/dev/sdf', sizeGiB: 400 },
];

const createAll = (ec2: EC2Client, more: object = {}) =>
  ec2.send(new CreateSnapshotsCommand({ InstanceSpecification: { InstanceId: INSTANCE }, ...more }));
const snapshot = async (ec2: EC2Client, id = '') =>
  (await ec2.send(new DescribeSnapshotsCommand({ SnapshotIds: [id] }))).Snapshots?.[0];
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

describe('CopySnapshot', () => {
  function prepare(key: KeyOptions | undefined) {
    const all = scene();
    const kms = key === undefined ? {} : { kmsKeyArn: addKey(all.region, key).arn };
    const source = addSnapshot(all.region, {
      sizeGiB: 20,
      sharedWith: [SECURITY_ACCOUNT],
      tags: { a: 'b' },
      content: 'disk',
      ...kms,
    });
    const mine = all.world.account(SECURITY_ACCOUNT).region(REGION);
    const security = client(all.world, SECURITY_ACCOUNT);
    const copy = async (input: Partial<CopySnapshotCommandInput> = {}) => {
      const request = { SourceRegion: REGION, SourceSnapshotId: source.id, ...input };
      const { SnapshotId } = await security.send(new CopySnapshotCommand(request));
      return SnapshotId ?? '';
    };
    const end = async (id: string) => {
      await all.world.clock.advance(20 * 60_000);
      return snapshot(security, id);
    };
    return { ...all, source, mine, security, copy, end, ownKey: addKey(mine) };
  }

  it('makes a snapshot of no volume, without the tags, that holds the same', async () => {
    const { copy, end, mine } = prepare(undefined);
    const id = await copy({ Description: 'custody' });
    expect(await end(id)).toMatchObject({
      State: 'completed',
      VolumeId: 'vol-ffffffff',
      Tags: [],
      Encrypted: false,
    });
    expect(snapshotsOf(mine).peek(id)?.content).toBe('disk');
  });

  it("lies under the security account's own key when the source key is shared", async () => {
    const { copy, end, ownKey } = prepare({ sharedWith: [SECURITY_ACCOUNT] });
    const id = await copy({ Encrypted: true, KmsKeyId: ownKey.arn });
    expect(await end(id)).toMatchObject({ State: 'completed', Encrypted: true, KmsKeyId: ownKey.arn });
  });

  it.each([
    ['whose source key is not shared', { alias: 'alias/shop' }],
    ['whose source key is disabled', { sharedWith: [SECURITY_ACCOUNT], state: 'Disabled' }],
    ['under the default key of EBS', { alias: 'alias/aws/ebs', manager: 'AWS' }],
  ] as const)('of a snapshot %s is answered, and fails minutes later', async (_, key) => {
    const { copy, end, ownKey, world, security } = prepare(key);
    const id = await copy({ Encrypted: true, KmsKeyId: ownKey.arn });
    await world.clock.advance(1_000);
    expect(await snapshot(security, id)).toMatchObject({ State: 'pending' });
    expect(await end(id)).toMatchObject({ State: 'error', StateMessage: 'Given key ID is not accessible' });
  });

  it('under a key that is not there fails later, too', async () => {
    const { copy, end } = prepare(undefined);
    const id = await copy({ Encrypted: true, KmsKeyId: 'alias/nobody' });
    expect(await end(id)).toMatchObject({ State: 'error' });
  });

  it('is refused for a snapshot that is still pending, and for the twenty-first at once', async () => {
    const { copy, region } = prepare(undefined);
    const pending = addSnapshot(region, { state: 'pending', sharedWith: [SECURITY_ACCOUNT] });
    await expect(copy({ SourceSnapshotId: pending.id })).rejects.toMatchObject({ name: 'IncorrectState' });
    for (let i = 0; i < 20; i++) await copy();
    await expect(copy()).rejects.toMatchObject({ name: 'ResourceLimitExceeded' });
  });

  it('has no token: a second call makes a second copy', async () => {
    const { copy } = prepare(undefined);
    expect(await copy()).not.toBe(await copy());
  });

  it('ends within the time that was bought, in steps of fifteen minutes', async () => {
    const { copy, end, mine } = prepare(undefined);
    snapshotSpeedOf(mine).gibPerMinute = 0.1;
    await expect(copy({ CompletionDurationMinutes: 20 })).rejects.toMatchObject({
      name: 'InvalidParameterValue',
    });
    expect(await end(await copy({ CompletionDurationMinutes: 15 }))).toMatchObject({
      State: 'completed',
      TransferType: 'time-based',
      CompletionDurationMinutes: 15,
    });
    expect(await end(await copy())).toMatchObject({ State: 'pending', TransferType: 'standard' });
  });

  it('misses a bound that 500 MiB a second do not reach', async () => {
    const { copy, end, mine, region, world, security } = prepare(undefined);
    snapshotSpeedOf(mine).gibPerMinute = 0.1;
    const large = addSnapshot(region, { sizeGiB: 1000, sharedWith: [SECURITY_ACCOUNT] });
    const id = await copy({ SourceSnapshotId: large.id, CompletionDurationMinutes: 15 });
    expect(await end(id)).toMatchObject({ State: 'pending' });
    await world.clock.advance(15 * 60_000);
    expect(await snapshot(security, id)).toMatchObject({ State: 'completed' });
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
