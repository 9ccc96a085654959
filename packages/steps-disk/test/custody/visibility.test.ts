import { IncidentPipeline } from '@cordon/core';
import { inspect } from '@cordon/core/steps';
import { awsError, snapshotsOf } from '@cordon/testkit';
import { describe, expect, it } from 'vitest';
import { custodyCopies, diskSnapshots, shareSnapshots } from '../../src/index.js';
import { type Scene, scene } from '../world/scene.js';

const pipeline = (world: Scene) =>
  IncidentPipeline.create('disk')
    .use(inspect())
    .use(diskSnapshots({ lockDays: 0 }))
    .use(shareSnapshots())
    .use(custodyCopies({ kmsKeyArn: world.kmsKeyArn }));

const copies = (world: Scene) => snapshotsOf(world.security).all();
const done = [{ state: 'completed' }, { state: 'completed' }];

describe('copies for custody, where EC2 shows late what is there', () => {
  it('are made of a snapshot that the security account does not see at once after it was shared', async () => {
    const world = await scene();
    const fault = awsError('InvalidSnapshot.NotFound', 'The snapshot does not exist.');
    world.world.faults.add({ operation: 'ec2:CopySnapshot', fault, times: 2 });
    expect(await world.run(pipeline(world))).toMatchObject({ outcome: 'complete', said: [] });
    expect(copies(world)).toMatchObject(done);
  });

  it('are not waited for without end where the snapshot is gone', async () => {
    const world = await scene();
    const fault = awsError('InvalidSnapshot.NotFound', 'The snapshot does not exist.');
    world.world.faults.add({ operation: 'ec2:CopySnapshot', fault, times: 999 });
    const result = await world.run(pipeline(world));
    expect(result.steps.find(({ id }) => id === 'disk.custody')).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('InvalidSnapshot.NotFound'),
    });
    expect(copies(world)).toEqual([]);
  });

  it('are given time to be seen from when their turn came, not from when they were asked for', async () => {
    const world = await scene();
    const fault = awsError('ResourceLimitExceeded', 'twenty copies are under way');
    world.world.faults.add({ operation: 'ec2:CopySnapshot', fault, times: 60 });
    Object.assign(world.world, { visibilityLagSeconds: 280 });
    expect(await world.run(pipeline(world))).toMatchObject({ outcome: 'complete', said: [] });
    expect(copies(world)).toMatchObject(done);
  });
});
