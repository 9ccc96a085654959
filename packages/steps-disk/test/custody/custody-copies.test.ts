import { IncidentPipeline } from '@cordon/core';
import { inspect } from '@cordon/core/steps';
import { awsError, DEMO, keysOf, snapshotSpeedOf, snapshotsOf } from '@cordon/testkit';
import { describe, expect, it } from 'vitest';
import { type CustodyOptions, custodyCopies, diskSnapshots, shareSnapshots } from '../../src/index.js';
import { expectSteady } from '../world/expect-steady.js';
import { type Scene, scene } from '../world/scene.js';

const pipeline = (world: Scene, options: Partial<CustodyOptions> = {}) =>
  IncidentPipeline.create('disk')
    .use(inspect())
    .use(diskSnapshots())
    .use(shareSnapshots())
    .use(custodyCopies({ kmsKeyArn: world.kmsKeyArn, ...options }));

const copies = (world: Scene) => snapshotsOf(world.security).all();
const stepOf = (result: Awaited<ReturnType<Scene['run']>>) =>
  result.steps.find(({ id }) => id === 'disk.custody');

describe('copies for custody', () => {
  it('lie under the security account’s own key, locked, with their lineage', async () => {
    const world = await scene();
    const result = await world.run(pipeline(world));
    expect(result).toMatchObject({ outcome: 'complete', said: [] });
    expect(copies(world)).toHaveLength(2);
    for (const { tags, ...copy } of copies(world))
      expect({ ...copy, tags: Object.fromEntries(tags) }).toMatchObject({
        kmsKeyArn: world.kmsKeyArn,
        state: 'completed',
        lock: { mode: 'governance', days: 365 },
        tags: {
          'cordon:incident': result.incidentId,
          'cordon:lifetime': 'custody',
          'cordon:source-snapshot': expect.stringMatching(/^snap-/),
          'cordon:source-volume': expect.stringMatching(/^vol-/),
        },
      });
    expect(result.facts['custodySnapshots']).toEqual(
      expect.arrayContaining([expect.objectContaining({ volumeId: DEMO.rootVolumeId, locked: true })]),
    );
  });

  it.each(['lost-answer', 'timeout', 'server-error-after'] as const)(
    'are made once after a %s',
    async (fault) => {
      const world = await scene();
      world.world.faults.add({ operation: 'ec2:CopySnapshot', fault });
      expect(await world.run(pipeline(world))).toMatchObject({ outcome: 'complete' });
      expect(copies(world)).toHaveLength(2);
    },
  );

  it('tell how many bytes are copied, for hours', async () => {
    const world = await scene();
    snapshotSpeedOf(world.security).gibPerMinute = 0.05;
    const result = await world.run(pipeline(world));
    expectSteady(result.progress, 'disk.custody');
    const [one] = result.progress.filter(({ step }) => step === 'disk.custody');
    const gib = copies(world).reduce((sum, { sizeGiB }) => sum + sizeGiB, 0);
    expect(one?.total).toBe(gib * 1024 ** 3);
  });

  it('wait for their turn where twenty are under way', async () => {
    const world = await scene();
    const fault = awsError(
      'ResourceLimitExceeded',
      'You have exceeded the number of in-progress snapshot copies',
    );
    world.world.faults.add({ operation: 'ec2:CopySnapshot', fault, times: 5 });
    expect(await world.run(pipeline(world))).toMatchObject({ outcome: 'complete' });
    expect(copies(world)).toHaveLength(2);
    // The second volume does not ask where the first has found no place: one refusal a look.
    const asked = world.world.calls.of('ec2:CopySnapshot').map(({ at }) => at.getTime());
    expect(asked).toHaveLength(7);
    const pauses = asked.slice(1, 6).map((at, nth) => at - (asked[nth] ?? 0));
    for (const pause of pauses) expect(pause).toBeGreaterThanOrEqual(60_000);
  });

  it('fail by volume where KMS says no, which it does late', async () => {
    const world = await scene();
    for (const key of keysOf(world.security).values()) key.state = 'Disabled';
    const result = await world.run(pipeline(world));
    expect(stepOf(result)).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/^CUSTODY_INCOMPLETE: vol-.*; vol-/),
    });
  });

  it('name a volume that could not even be shared, and keep the others', async () => {
    const world = await scene({ encryption: 'aws-ebs' });
    const result = await world.run(pipeline(world));
    expect(result.outcome).toBe('incomplete');
    expect(stepOf(result)?.status).toBe('succeeded');
    expect(result.said).toContain(`NOT_IN_CUSTODY: ${DEMO.rootVolumeId}: not shared`);
    const [copy] = copies(world);
    expect(copies(world)).toMatchObject([{ state: 'completed', lock: { mode: 'governance' } }]);
    expect(result.facts['custodySnapshots']).toMatchObject([{ custodySnapshotId: copy?.id }]);
  });
});
