import { IncidentPipeline, StepFailure } from '@cordon/core';
import { inspect } from '@cordon/core/steps';
import { addSnapshot, awsError, DEMO, snapshotsOf, volumesOf } from '@cordon/testkit';
import { describe, expect, it } from 'vitest';
import { type DiskSnapshotsOptions, diskSnapshots } from '../../src/index.js';
import { type Scene, scene } from '../world/scene.js';

const pipeline = (options: DiskSnapshotsOptions = {}) =>
  IncidentPipeline.create('disk').use(inspect()).use(diskSnapshots(options));

const taken = (world: Scene) => snapshotsOf(world.suspect).all();
const stepOf = (result: Awaited<ReturnType<Scene['run']>>) =>
  result.steps.find(({ id }) => id === 'disk.snapshots');

describe('snapshots of the disks', () => {
  it('are taken of every attached volume, tagged so that nobody learns what for, and locked', async () => {
    const world = await scene();
    const result = await world.run(pipeline());
    expect(result).toMatchObject({ outcome: 'complete', said: [] });
    expect(result.facts['snapshots']).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ volumeId: DEMO.rootVolumeId, device: '/dev/xvda', sizeGiB: 30 }),
        expect.objectContaining({ volumeId: DEMO.dataVolumeId, device: '/dev/sdf', sizeGiB: 20 }),
      ]),
    );
    expect(taken(world)).toHaveLength(2);
    for (const { tags, description, lock } of taken(world)) {
      expect(`${description} ${JSON.stringify([...tags])}`).not.toMatch(/cordon|incident|forensic|inc-/i);
      expect(lock).toMatchObject({ mode: 'governance', days: 7 });
    }
  });

  it('are there all the same where they may not be locked, and that is told', async () => {
    const world = await scene();
    const denied = awsError('UnauthorizedOperation', 'no', { status: 403 });
    world.world.faults.add({ operation: 'ec2:LockSnapshot', fault: denied, times: 100 });
    const result = await world.run(pipeline());
    expect(result.outcome).toBe('complete');
    expect(result.said).toEqual([
      expect.stringMatching(/^SNAPSHOT_NOT_LOCKED: snap-\w+: UnauthorizedOperation/),
      expect.stringMatching(/^SNAPSHOT_NOT_LOCKED/),
    ]);
  });

  it('are not locked where nobody wants it', async () => {
    const world = await scene();
    await world.run(pipeline({ lockDays: 0 }));
    expect(taken(world).map(({ lock }) => lock)).toEqual([undefined, undefined]);
  });

  it.each(['SnapshotCreationPerVolumeRateExceeded', 'ConcurrentSnapshotLimitExceeded', 'IncorrectState'])(
    'wait where EC2 says %s',
    async (code) => {
      const world = await scene();
      const fault = awsError(code, 'later');
      world.world.faults.add({ operation: 'ec2:CreateSnapshots', fault, times: 2 });
      const began = world.world.now().getTime();
      expect(await world.run(pipeline())).toMatchObject({ outcome: 'complete' });
      expect(taken(world)).toHaveLength(2);
      expect(world.world.now().getTime() - began).toBeGreaterThanOrEqual(30_000);
    },
  );

  it('are not tried for ever where the account has no room for more', async () => {
    const world = await scene();
    const fault = awsError('SnapshotLimitExceeded', 'no more');
    world.world.faults.add({ operation: 'ec2:CreateSnapshots', fault, times: 99 });
    expect(stepOf(await world.run(pipeline()))).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/^SnapshotLimitExceeded/),
    });
  });

  it.each(['lost-answer', 'server-error-after', 'timeout', 'server-error'] as const)(
    'are there once after a %s',
    async (fault) => {
      const world = await scene();
      world.world.faults.add({ operation: 'ec2:CreateSnapshots', fault });
      const result = await world.run(pipeline());
      expect(result.outcome).toBe('complete');
      expect(taken(world)).toHaveLength(2);
      expect(result.facts['snapshots']).toHaveLength(2);
    },
  );

  it.each([1, 2])(
    'are all taken up after a lost answer, though EC2 shows one before the other (seed %i)',
    async (seed) => {
      const world = await scene({ visibilityLagSeconds: 90, seed });
      world.world.faults.add({ operation: 'ec2:CreateSnapshots', fault: 'lost-answer' });
      const result = await world.run(pipeline());
      expect(result.facts['snapshots']).toHaveLength(2);
      expect(taken(world)).toHaveLength(2);
      expect(taken(world).map(({ lock }) => lock?.mode)).toEqual(['governance', 'governance']);
    },
  );

  it('are taken up though a volume went away before them', async () => {
    const world = await scene();
    world.world.faults.add({ operation: 'ec2:CreateSnapshots', fault: 'lost-answer' });
    const data = volumesOf(world.suspect)
      .all()
      .find(({ id }) => id === DEMO.dataVolumeId);
    const step = diskSnapshots();
    const { start } = step.run;
    const detaching = {
      ...step,
      run: {
        ...step.run,
        async start(ctx: unknown, facts: unknown) {
          if (data !== undefined) data.attachments.length = 0;
          return start(ctx, facts);
        },
      },
    };
    const result = await world.run(IncidentPipeline.create('disk').use(inspect()).use(detaching));
    expect(result.facts['snapshots']).toMatchObject([{ volumeId: DEMO.rootVolumeId }]);
    expect(taken(world)).toHaveLength(1);
  });

  it.each([
    ['taken up', 'by a clock that is two minutes behind', 2, 'succeeded'],
    ['left alone', 'that are ten minutes older than the incident', 10, 'failed'],
  ] as const)('are %s after a lost answer %s', async (_what, _which, minutes, status) => {
    const world = await scene();
    world.world.faults.add({ operation: 'ec2:CreateSnapshots', fault: 'lost-answer' });
    const step = diskSnapshots();
    const { recover } = step.run;
    const withOtherClock = {
      ...step,
      run: {
        ...step.run,
        async recover(ctx: unknown, facts: unknown) {
          for (const one of taken(world)) {
            const startedAt = new Date(world.world.now().getTime() - minutes * 60_000);
            Object.assign(one, { startedAt });
          }
          return recover?.(ctx, facts);
        },
      },
    };
    const result = await world.run(IncidentPipeline.create('disk').use(inspect()).use(withOtherClock));
    expect(stepOf(result)).toMatchObject({ status });
  });

  it('of somebody else are never taken for ours, though they carry our tag', async () => {
    const world = await scene();
    const step = diskSnapshots();
    const { start } = step.run;
    let planted = false;
    const withForger = {
      ...step,
      run: {
        ...step.run,
        start(ctx: unknown, facts: unknown) {
          if (planted) return start(ctx, facts);
          planted = true;
          const { key } = ctx as { readonly key: string }; // every context has it
          addSnapshot(world.suspect, { volumeId: 'vol-0bad0bad0bad0bad0', tags: { ref: key } });
          throw StepFailure.ambiguous('LOST', 'nobody knows');
        },
      },
    };
    const result = await world.run(IncidentPipeline.create('disk').use(inspect()).use(withForger));
    expect(stepOf(result)).toMatchObject({ reason: expect.stringMatching(/^RECOVER_MISMATCH: /) });
  });

  it('cannot be taken where no volume is left', async () => {
    const world = await scene();
    for (const volume of volumesOf(world.suspect).all()) volume.attachments.length = 0;
    expect(stepOf(await world.run(pipeline()))).toMatchObject({
      reason: expect.stringMatching(/^NO_VOLUMES: /),
    });
  });
});
