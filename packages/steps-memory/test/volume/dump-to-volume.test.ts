import { IncidentPipeline } from '@cordon/core';
import {
  detachFromAutoScaling,
  inspect,
  isolate,
  type MemoryImage,
  verifyContainment,
} from '@cordon/core/steps';
import { addKey, addVolume, DEMO, snapshotsOf, volumesOf, volumesOfInstance } from '@cordon/testkit';
import { describe, expect, it } from 'vitest';
import { limeDump } from '../../src/index.js';
import type { VolumeOptions } from '../../src/lime/options.js';
import { type Scene, scene } from '../world/scene.js';

/** A customer key of the suspect account that the security account may use. */
const sharedKey = ({ demo }: Scene) =>
  addKey(demo.suspectRegion, { sharedWith: [demo.securityRegion.account.id] }).arn;

function toVolume(world: Scene, more: Partial<VolumeOptions> = {}) {
  return limeDump({ modules: world.modules, volumeKeyArn: sharedKey(world), ...more });
}

const contained = (world: Scene, more: Partial<VolumeOptions> = {}) =>
  IncidentPipeline.create('memory')
    .use(inspect())
    .use(detachFromAutoScaling())
    .use(isolate())
    .use(verifyContainment())
    .use(toVolume(world, more));

type Result = Awaited<ReturnType<Scene['run']>>;
const imageOf = ({ facts }: Result) => facts['memoryImage'] as unknown as MemoryImage; // its schema is this
const stepOf = (result: Result) => result.steps.find(({ id }) => id === 'memory.lime');
const ours = ({ demo }: Scene) =>
  volumesOf(demo.suspectRegion)
    .all()
    .filter(({ tags }) => tags.has('ref'));
const attachedTo = ({ demo }: Scene) => volumesOfInstance(demo.suspectRegion, DEMO.instanceId);
const snapshots = ({ demo }: Scene) =>
  snapshotsOf(demo.suspectRegion)
    .all()
    .filter(({ tags }) => tags.has('ref'));

describe('a dump onto a volume of its own', () => {
  it('is the default: encrypted, in the suspect’s zone, off again right after, and snapshotted', async () => {
    const world = await scene();
    const before = attachedTo(world).map(({ id }) => id);
    const result = await world.run(contained(world));
    expect(result.outcome).toBe('complete');
    const [volume, ...others] = ours(world);
    expect(others).toEqual([]);
    expect(volume).toMatchObject({ state: 'available', availabilityZone: DEMO.zone });
    expect(volume?.kmsKeyArn).toBeDefined();
    expect(attachedTo(world).map(({ id }) => id)).toEqual(before);
    const [snapshot] = snapshots(world);
    expect(imageOf(result)).toMatchObject({
      method: 'lime',
      volume: { snapshotId: snapshot?.id, volumeId: volume?.id, file: 'mem.lime' },
      artifact: { uri: expect.stringContaining(`:snapshot/${snapshot?.id}`), acquiredBy: 'suspect' },
    });
    expect(result.said).toContainEqual(expect.stringMatching(/^UDEV_TRIGGERED: /));
  });

  it('lets the suspect out for as long as the module takes to come, and for nothing else', async () => {
    const world = await scene();
    const step = toVolume(world);
    const { poll } = step.run;
    const open = new Set<string>();
    const watched = {
      ...step,
      run: {
        ...step.run,
        poll: async (ctx: unknown, ticket: { readonly stage: string }, facts: unknown) => {
          if (world.openWindows().length > 0) open.add(ticket.stage);
          return poll?.(ctx, ticket, facts);
        },
      },
    };
    const pipeline = IncidentPipeline.create('memory')
      .use(inspect())
      .use(detachFromAutoScaling())
      .use(isolate())
      .use(verifyContainment())
      // The engine hands the ticket over that the step's own code has made.
      .use(watched as typeof step);
    expect(await world.run(pipeline)).toMatchObject({ outcome: 'complete' });
    expect([...open]).toEqual(['fetching']);
    expect(world.openWindows()).toEqual([]);
  });

  it('writes to no disk of the suspect', async () => {
    const world = await scene({ machine: { diskBytes: 2 ** 20, diskUsedBytes: 0 } });
    expect(await world.run(contained(world))).toMatchObject({ outcome: 'complete' });
  });

  it('never goes onto a volume that nobody else could read', async () => {
    const world = await scene();
    const result = await world.run(contained(world, { volumeKeyArn: undefined as never }));
    expect(stepOf(result)?.reason).toMatch(/^VOLUME_KEY_NOT_SHAREABLE: /);
    expect(ours(world)).toEqual([]);
    expect(world.world.calls.of('ec2:CreateVolume')).toEqual([]);
  });

  it('never asks for a key of another region', async () => {
    const world = await scene();
    const volumeKeyArn = addKey(world.demo.suspectRegion.account.region('us-east-1'), {
      sharedWith: [DEMO.securityAccount],
    }).arn;
    const result = await world.run(contained(world, { volumeKeyArn }));
    expect(stepOf(result)?.reason).toMatch(/^VOLUME_KEY_ELSEWHERE: .* lies in us-east-1, .* in eu-west-1/);
    expect(world.world.calls.of('ec2:CreateVolume')).toEqual([]);
  });

  it('lies under a key of the security account, where that lets the suspect’s role use it through EBS', async () => {
    const world = await scene();
    const { arn } = addKey(world.demo.securityRegion, { sharedWith: [DEMO.suspectAccount] });
    const result = await world.run(contained(world, { volumeKeyArn: arn }));
    expect(result.outcome).toBe('complete');
    expect(ours(world)).toMatchObject([{ kmsKeyArn: arn }]);
    expect(snapshots(world)).toMatchObject([{ kmsKeyArn: arn }]);
  });

  it('takes the next device name where one is taken', async () => {
    const world = await scene();
    const { suspectRegion } = world.demo;
    for (const letter of 'fg') {
      const volume = addVolume(suspectRegion, { availabilityZone: DEMO.zone, sizeGiB: 1 });
      volume.state = 'in-use';
      volume.attachments.push({
        instanceId: DEMO.instanceId,
        device: `/dev/sd${letter}`,
        state: 'attached',
        attachedAt: world.world.now(),
        deleteOnTermination: false,
      });
    }
    const result = await world.run(contained(world));
    expect(result.outcome).toBe('complete');
    const [attached] = world.world.calls.of('ec2:AttachVolume');
    expect(attached?.input).toMatchObject({ Device: '/dev/sdh' });
  });
});
