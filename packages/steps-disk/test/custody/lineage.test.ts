import { type Artifact, IncidentPipeline } from '@cordon/core';
import { exportManifest, inspect } from '@cordon/core/steps';
import { addKey, DEMO, keysOf, snapshotsOf } from '@cordon/testkit';
import { describe, expect, it } from 'vitest';
import { custodyCopies, diskSnapshots, shareSnapshots } from '../../src/index.js';
import { type Scene, scene } from '../world/scene.js';

async function manifestOf(world: Scene, transferKeyArn: string) {
  const pipeline = IncidentPipeline.create('disk')
    .use(inspect())
    .use(diskSnapshots())
    .use(shareSnapshots({ transferKeyArn }))
    .use(custodyCopies({ kmsKeyArn: world.kmsKeyArn }))
    .use(exportManifest());
  const result = await world.run(pipeline);
  const { artifact } = result.facts['manifest'] as unknown as { artifact: Artifact }; // its schema is this
  const { custodySnapshots } = JSON.parse((await world.read(artifact)).toString());
  return custodySnapshots.find(({ volumeId }: { volumeId: string }) => volumeId === DEMO.rootVolumeId);
}

const transferKey = (world: Scene) =>
  addKey(world.suspect, { alias: 'alias/transfer', sharedWith: [DEMO.securityAccount] }).arn;
const TIME = expect.stringMatching(/^2026-11-20T\d\d:\d\d:\d\d\.\d{3}Z$/);
const SUSPECT = { account: DEMO.suspectAccount, region: DEMO.region };
const SECURITY = { account: DEMO.securityAccount, region: DEMO.region };

describe('the lineage of a copy in the manifest', () => {
  it('goes from the volume over the copy under the transfer key to the copy that is kept', async () => {
    const world = await scene({ encryption: 'own-key' });
    const [ownKey] = [...keysOf(world.suspect).values()].filter(({ alias }) => alias === 'alias/shop-ebs');
    const transferKeyArn = transferKey(world);
    const copy = await manifestOf(world, transferKeyArn);
    const made = snapshotsOf(world.suspect).all();
    const source = made.find(({ volumeId }) => volumeId === DEMO.rootVolumeId);
    const between = made.find(({ copiedFrom }) => copiedFrom === source?.id);
    const kept = snapshotsOf(world.security)
      .all()
      .find(({ copiedFrom }) => copiedFrom === between?.id);
    const sizeGiB = source?.sizeGiB;
    expect(copy).toMatchObject({ sourceSnapshotId: source?.id, custodySnapshotId: kept?.id, locked: true });
    const times = { startedAt: TIME, completedAt: TIME };
    expect(copy.lineage).toEqual([
      { is: 'volume', id: DEMO.rootVolumeId, ...SUSPECT, sizeGiB, kmsKeyId: ownKey?.arn },
      { is: 'snapshot', id: source?.id, ...SUSPECT, sizeGiB, kmsKeyId: ownKey?.arn, startedAt: TIME },
      { is: 'intermediate', id: between?.id, ...SUSPECT, sizeGiB, kmsKeyId: transferKeyArn, ...times },
      { is: 'custody', id: kept?.id, ...SECURITY, sizeGiB, kmsKeyId: world.kmsKeyArn, ...times },
    ]);
  });

  it('has nothing in between where the snapshot itself is shared, and no key where there is none', async () => {
    const world = await scene();
    const { lineage } = await manifestOf(world, transferKey(world));
    expect(lineage.map(({ is }: { is: string }) => is)).toEqual(['volume', 'snapshot', 'custody']);
    expect(lineage[0]).not.toHaveProperty('kmsKeyId');
    expect(lineage[1]).toMatchObject({ startedAt: TIME, completedAt: TIME });
    expect(lineage[1]).not.toHaveProperty('kmsKeyId');
    expect(lineage[2]).toMatchObject({ kmsKeyId: world.kmsKeyArn });
  });
});
