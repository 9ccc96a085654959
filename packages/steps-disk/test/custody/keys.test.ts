import { IncidentPipeline } from '@cordon/core';
import { ec2 } from '@cordon/core/aws';
import { inspect } from '@cordon/core/steps';
import { addKey, addSnapshot, DEMO, keysOf, snapshotSpeedOf, snapshotsOf } from '@cordon/testkit';
import { describe, expect, it } from 'vitest';
import { custodyCopies, diskSnapshots, type SharingOptions, shareSnapshots } from '../../src/index.js';
import { type Scene, scene } from '../world/scene.js';

const pipeline = (world: Scene, options: SharingOptions = {}) =>
  IncidentPipeline.create('disk')
    .use(inspect())
    .use(diskSnapshots())
    .use(shareSnapshots(options))
    .use(custodyCopies({ kmsKeyArn: world.kmsKeyArn }));

const transferKey = (world: Scene) =>
  addKey(world.suspect, { alias: 'alias/transfer', sharedWith: [DEMO.securityAccount] });

const isRoot = ({ tags }: { readonly tags: ReadonlyMap<string, string> }) =>
  tags.get('cordon:source-volume') === DEMO.rootVolumeId;
const copies = (world: Scene) => snapshotsOf(world.security).all();

/** What must never happen while a key is not there: the volume would be gone. */
const fatal = (world: Scene) =>
  world.world.calls
    .all()
    .filter(({ operation }) => /^ec2:(?:Stop|Terminate|Reboot)Instances$|^ec2:DetachVolume$/.test(operation));

describe('a root volume, from snapshot to custody', () => {
  it.each([
    ['none', 'without encryption', 0],
    ['shared-key', 'under a customer key that is shared', 0],
    ['own-key', 'under a customer key that is not shared', 1],
    ['aws-ebs', 'under the default EBS key', 1],
  ] as const)('%s: %s', async (encryption, _, intermediate) => {
    const world = await scene({ encryption });
    const result = await world.run(pipeline(world, { transferKeyArn: transferKey(world).arn }));
    expect(result).toMatchObject({ outcome: 'complete', said: [] });
    expect(copies(world).filter(isRoot)).toMatchObject([
      { state: 'completed', kmsKeyArn: world.kmsKeyArn, lock: { mode: 'governance' } },
    ]);
    const made = snapshotsOf(world.suspect).all();
    expect(made.filter(({ copiedFrom }) => copiedFrom !== undefined)).toHaveLength(intermediate);
  });

  it.each([
    ['Disabled', 'kms:EnableKey'],
    ['PendingDeletion', 'kms:CancelKeyDeletion, then kms:EnableKey'],
  ] as const)('under a key that is %s: is told as critical, with the way back', async (state, offer) => {
    const world = await scene({ encryption: 'own-key' });
    for (const key of keysOf(world.suspect).values()) key.state = state;
    const result = await world.run(pipeline(world, { transferKeyArn: transferKey(world).arn }));
    const seen = result.entries.flatMap((entry) =>
      entry.kind === 'observations' ? entry.body.observations : [],
    );
    expect(seen).toEqual([
      expect.objectContaining({
        rule: 'kms.snapshot-key',
        severity: 'critical',
        entity: `volume:${DEMO.rootVolumeId}`,
        excerpt: expect.stringMatching(new RegExp(`is ${state}; offer: ${offer}$`)),
      }),
    ]);
    expect(fatal(world)).toEqual([]);
    expect(copies(world)).toMatchObject([{ state: 'completed', lock: { mode: 'governance' } }]);
  });

  it('is re-encrypted under a key of the security account, where that lets the suspect’s role use it', async () => {
    const world = await scene({ encryption: 'aws-ebs' });
    const { arn } = addKey(world.security, { sharedWith: [DEMO.suspectAccount] });
    const result = await world.run(pipeline(world, { transferKeyArn: arn }));
    expect(result).toMatchObject({ outcome: 'complete', said: [] });
    expect(copies(world).filter(isRoot)).toMatchObject([{ state: 'completed', kmsKeyArn: world.kmsKeyArn }]);
  });

  it('is lost by name where the transfer key lies in another region', async () => {
    const world = await scene({ encryption: 'aws-ebs' });
    const elsewhere = addKey(world.suspect.account.region('us-east-1'), {
      sharedWith: [DEMO.securityAccount],
    });
    const result = await world.run(pipeline(world, { transferKeyArn: elsewhere.arn }));
    expect(result.said).toContainEqual(
      expect.stringMatching(/^VOLUME_NOT_SHARED: .*the transfer key lies in us-east-1, not in eu-west-1/),
    );
  });

  it('is lost by name where KMS says no to the copy under the transfer key, after EC2 has said yes', async () => {
    const world = await scene({ encryption: 'aws-ebs' });
    const transfer = transferKey(world);
    transfer.state = 'Disabled';
    const result = await world.run(pipeline(world, { transferKeyArn: transfer.arn }));
    expect(result.said).toContainEqual(
      expect.stringMatching(/^VOLUME_NOT_SHARED: .*COPY_ERROR: Given key ID is not accessible/),
    );
    expect(result.said).toContain(`NOT_IN_CUSTODY: ${DEMO.rootVolumeId}: not shared`);
    expect(copies(world)).toMatchObject([{ state: 'completed', lock: { mode: 'governance' } }]);
  });
});

describe('copies for custody beside many others', () => {
  it('begin when one of the twenty that a region makes at once is done', async () => {
    const world = await scene();
    snapshotSpeedOf(world.security).baseSeconds = 3600;
    const other = addSnapshot(world.security);
    const { suspect } = world.finding;
    const account = world.freshEnvironment().account('security', { id: 'somebody-else', suspect });
    for (let index = 0; index < 20; index += 1)
      await account.call(ec2.CopySnapshot, { SourceRegion: DEMO.region, SourceSnapshotId: other.id });
    expect(await world.run(pipeline(world))).toMatchObject({ outcome: 'complete' });
    const others = copies(world).filter(({ copiedFrom }) => copiedFrom === other.id);
    const own = copies(world).filter(({ tags }) => tags.has('cordon:source-volume'));
    expect(own).toMatchObject([{ state: 'completed' }, { state: 'completed' }]);
    const firstEnd = Math.min(...others.map(({ endsAt }) => endsAt.getTime()));
    for (const { startedAt } of own) expect(startedAt.getTime()).toBeGreaterThanOrEqual(firstEnd);
  });
});
