import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { ec2 } from '../../../src/aws/operations.js';
import { definePolledStep } from '../../../src/engine/step.js';
import { runIncident } from '../../../src/host/run-incident.js';
import { instance, snapshots } from '../../../src/steps/facts.js';
import { seal } from '../../../src/steps/seal/seal.js';
import { FINDING, INSTANCE, suspectWorld } from '../world/suspect-world.js';
import { contained } from './contained.js';

/** Takes snapshots of all volumes and waits until they have completed. */
const snapshot = definePolledStep({
  id: 'snapshot',
  title: 'Takes snapshots',
  phase: 'capture',
  wants: [instance],
  provides: [snapshots],
  timeout: { hours: 1 },
  actions: { suspect: ['ec2:CreateSnapshots', 'ec2:DescribeSnapshots'] },
  ticket: v.array(v.object({ snapshotId: v.string(), volumeId: v.string() })),
  async start(ctx) {
    const made = await ctx.suspectAccount.call(ec2.CreateSnapshots, {
      InstanceSpecification: { InstanceId: INSTANCE },
    });
    const ticket = (made.Snapshots ?? []).map(({ SnapshotId, VolumeId }) => ({
      snapshotId: SnapshotId ?? '',
      volumeId: VolumeId ?? '',
    }));
    return ctx.waiting(ticket, { minutes: 1 });
  },
  async poll(ctx, ticket, facts) {
    const found = await ctx.suspectAccount.call(ec2.DescribeSnapshots, {
      SnapshotIds: ticket.map(({ snapshotId }) => snapshotId),
    });
    if (found.Snapshots?.some(({ State }) => State !== 'completed'))
      return ctx.waiting(ticket, { minutes: 1 });
    const device = facts.instance?.volumes[0]?.device ?? '';
    return ctx.done({
      snapshots: ticket.map((one) => ({ ...one, device, sizeGiB: 8, encrypted: false, startedAt: '' })),
    });
  },
});

describe('a stop', () => {
  it('is made when nothing is lost by it', async () => {
    const world = suspectWorld({ endpoints: 'missing' });
    const pipeline = contained()
      .use(snapshot)
      .use(seal({ stop: { withoutMemoryBecause: 'no module for this kernel' } }));
    expect(await runIncident(pipeline, FINDING, world.options)).toMatchObject({
      outcome: 'complete',
      facts: { sealed: { stopped: true } },
    });
    expect(world.instance()?.state).toMatch(/^stopp/);
    const [stop] = world.world.calls.of('ec2:StopInstances');
    expect(stop?.input).toMatchObject({ SkipOsShutdown: true });
  });

  it('is refused, aloud, when memory would be lost', async () => {
    const world = suspectWorld({ endpoints: 'missing' });
    const pipeline = contained()
      .use(snapshot)
      .use(seal({ stop: {} }));
    const result = await runIncident(pipeline, FINDING, world.options);
    expect(result).toMatchObject({ outcome: 'incomplete', facts: { sealed: { stopped: false } } });
    expect(world.instance()?.state).toBe('running');
    expect(await world.notices(result.incidentId)).toContain('STOP_WOULD_DESTROY');
  });
});
