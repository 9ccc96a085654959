import { CopySnapshotCommand, type CopySnapshotCommandInput } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { addKey, addSnapshot, type KeyOptions, snapshotSpeedOf, snapshotsOf } from '../../../src/index.js';
import { client, REGION, SECURITY_ACCOUNT, scene, snapshot } from './scene.js';

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
