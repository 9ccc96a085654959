import { IncidentPipeline } from '@cordon/core';
import { inspect } from '@cordon/core/steps';
import { addKey, DEMO, keysOf, snapshotSpeedOf, snapshotsOf } from '@cordon/testkit';
import { describe, expect, it } from 'vitest';
import { diskSnapshots, type SharingOptions, shareSnapshots } from '../../src/index.js';
import { expectSteady } from '../world/expect-steady.js';
import { type Scene, scene } from '../world/scene.js';

const pipeline = (options: SharingOptions = {}) =>
  IncidentPipeline.create('disk').use(inspect()).use(diskSnapshots()).use(shareSnapshots(options));

const ofRoot = (result: Awaited<ReturnType<Scene['run']>>) =>
  (result.facts['evidenceSnapshots'] as { volumeId: string; readFromSnapshotId: string }[]).find(
    ({ volumeId }) => volumeId === DEMO.rootVolumeId,
  ); // its schema is this

const sharedWith = (world: Scene, id: string | undefined) => [
  ...(snapshotsOf(world.suspect).peek(id ?? '')?.sharedWith ?? []),
];

/** A key that both accounts may use, for copies. */
const transferKey = (world: Scene) =>
  addKey(world.suspect, { alias: 'alias/transfer', sharedWith: [DEMO.securityAccount] }).arn;

describe('sharing snapshots', () => {
  it.each(['none', 'shared-key'] as const)('shares what lies under %s as it is', async (encryption) => {
    const world = await scene({ encryption });
    const result = await world.run(pipeline());
    expect(result).toMatchObject({ outcome: 'complete', said: [] });
    expect(sharedWith(world, ofRoot(result)?.readFromSnapshotId)).toEqual([DEMO.securityAccount]);
    expect(snapshotsOf(world.suspect).all()).toHaveLength(2);
  });

  it.each(['own-key', 'aws-ebs'] as const)('copies what lies under %s first, once', async (encryption) => {
    const world = await scene({ encryption });
    const transferKeyArn = transferKey(world);
    const result = await world.run(pipeline({ transferKeyArn }));
    expect(result).toMatchObject({ outcome: 'complete', said: [] });
    const copy = snapshotsOf(world.suspect).peek(ofRoot(result)?.readFromSnapshotId ?? '');
    expect(copy).toMatchObject({ kmsKeyArn: transferKeyArn, state: 'completed' });
    expect([...(copy?.sharedWith ?? [])]).toEqual([DEMO.securityAccount]);
    expect(snapshotsOf(world.suspect).all()).toHaveLength(3);
  });

  it.each(['lost-answer', 'timeout'] as const)('makes no second copy after a %s', async (fault) => {
    const world = await scene({ encryption: 'aws-ebs' });
    world.world.faults.add({ operation: 'ec2:CopySnapshot', fault });
    const result = await world.run(pipeline({ transferKeyArn: transferKey(world) }));
    expect(result.outcome).toBe('complete');
    expect(snapshotsOf(world.suspect).all()).toHaveLength(3);
  });

  it.each([
    ['own-key', 'not shared with the security account'],
    ['aws-ebs', 'default EBS key'],
  ] as const)(
    'names what lies under %s as lost where there is no key to copy under',
    async (encryption, why) => {
      const world = await scene({ encryption });
      const result = await world.run(pipeline());
      expect(result.outcome).toBe('incomplete');
      expect(result.said).toEqual([
        expect.stringMatching(new RegExp(`^VOLUME_NOT_SHARED: snap-\\w+: KEY_NOT_USABLE: .*${why}`)),
      ]);
      expect(result.facts['evidenceSnapshots']).toHaveLength(1);
    },
  );

  it.each(['Disabled', 'PendingDeletion'] as const)('tells of a key that is %s', async (state) => {
    const world = await scene({ encryption: 'own-key' });
    for (const key of keysOf(world.suspect).values()) key.state = state;
    const result = await world.run(pipeline({ transferKeyArn: transferKey(world) }));
    expect(result.outcome).toBe('incomplete');
    expect(result.said).toContainEqual(
      expect.stringMatching(new RegExp(`^KEY_DYING: the key of ${DEMO.rootVolumeId} is ${state}`)),
    );
    expect(result.facts['evidenceSnapshots']).toHaveLength(1);
  });

  it('waits for hours, with progress, and looks ever more rarely', async () => {
    const world = await scene();
    snapshotSpeedOf(world.suspect).gibPerMinute = 0.05;
    const began = world.world.now().getTime();
    const result = await world.run(pipeline());
    expect(result.outcome).toBe('complete');
    const hours = (world.world.now().getTime() - began) / 3_600_000;
    expect(hours).toBeGreaterThan(6);
    const looks = world.world.calls
      .all()
      .filter(
        ({ operation, account }) => operation === 'ec2:DescribeSnapshots' && account === DEMO.suspectAccount,
      );
    expect(looks.length).toBeLessThan(200);
    expect(hours).toBeLessThan(10.2);
    const waits = looks.slice(1).map(({ at }, index) => +new Date(at) - +new Date(looks[index]?.at ?? at));
    expect(Math.max(...waits)).toBeGreaterThan(290_000);
    expect(Math.max(...waits)).toBeLessThan(302_000);
    expectSteady(result.progress, 'disk.share');
  });

  it('gives up what is not complete after 44 hours, and shares the other', async () => {
    const world = await scene();
    snapshotSpeedOf(world.suspect).gibPerMinute = 0.009;
    const result = await world.run(pipeline());
    expect(result.said).toEqual([
      expect.stringMatching(/^VOLUME_NOT_SHARED: snap-\w+: TOO_SLOW: not complete after 44 hours/),
    ]);
    expect(result.facts['evidenceSnapshots']).toHaveLength(1);
  });

  it('counts the copy under another key as work of its own', async () => {
    const world = await scene({ encryption: 'aws-ebs' });
    const { progress } = await world.run(pipeline({ transferKeyArn: transferKey(world) }));
    const totals = progress.map(({ total }) => total / 1024 ** 3);
    const [first = 0] = totals;
    const root = snapshotsOf(world.suspect)
      .all()
      .find(({ volumeId }) => volumeId === DEMO.rootVolumeId);
    expect([...new Set(totals)]).toEqual([first, first + (root?.sizeGiB ?? 0)]);
  });

  it('names a snapshot that ended in error, and shares the other', async () => {
    const world = await scene();
    const step = shareSnapshots();
    const { start } = step.run;
    const failing = {
      ...step,
      run: {
        ...step.run,
        start(ctx: unknown, facts: unknown) {
          const [first] = snapshotsOf(world.suspect).all();
          if (first !== undefined)
            Object.assign(first, { state: 'error', stateMessage: 'Given key ID is not accessible' });
          return start(ctx, facts);
        },
      },
    };
    const result = await world.run(
      IncidentPipeline.create('disk').use(inspect()).use(diskSnapshots()).use(failing),
    );
    expect(result.said).toEqual([
      expect.stringMatching(/^VOLUME_NOT_SHARED: .*SNAPSHOT_ERROR: Given key ID is not accessible/),
    ]);
    expect(result.facts['evidenceSnapshots']).toHaveLength(1);
  });
});
