import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { IncidentPipeline } from '@cordon/core';
import { detachFromAutoScaling, inspect, isolate, verifyContainment } from '@cordon/core/steps';
import {
  addKey,
  awsError,
  commandsOf,
  DEMO,
  snapshotsOf,
  volumesOf,
  volumesOfInstance,
} from '@cordon/testkit';
import { describe, expect, it } from 'vitest';
import { limeDump } from '../../src/index.js';
import { type Scene, scene } from '../world/scene.js';

function toVolume({ demo, modules }: Scene) {
  const { arn } = addKey(demo.suspectRegion, { sharedWith: [demo.securityRegion.account.id] });
  return limeDump({ modules, volumeKeyArn: arn });
}

const contained = (world: Scene) =>
  IncidentPipeline.create('memory')
    .use(inspect())
    .use(detachFromAutoScaling())
    .use(isolate())
    .use(verifyContainment())
    .use(toVolume(world));

type Result = Awaited<ReturnType<Scene['run']>>;
const stepOf = (result: Result) => result.steps.find(({ id }) => id === 'memory.lime');
const ours = ({ demo }: Scene) =>
  volumesOf(demo.suspectRegion)
    .all()
    .filter(({ tags }) => tags.has('ref'));

/** A command of the suspect that an intruder has replaced. */
function replace(world: Scene, name: string, text: string): void {
  const file = join(world.host().root, '../machine/bin', name);
  writeFileSync(file, `#!/usr/bin/env bash\n${text}\n`, { mode: 0o755 });
}

/** Nothing of ours is on the suspect, or lies about, and no way out is open. */
function expectTidy(world: Scene): void {
  const attached = volumesOfInstance(world.demo.suspectRegion, DEMO.instanceId).map(({ id }) => id);
  for (const { id, state } of ours(world)) {
    expect(attached).not.toContain(id);
    expect(['deleting', 'deleted']).toContain(state);
  }
  expect(world.openWindows()).toEqual([]);
}

describe('a dump onto a volume that fails', () => {
  it.each([
    ['no device with its serial number shows up', 'lsblk', 'exit 0', /^NO_SUCH_DEVICE: /],
    ['the device is not blank', 'blkid', 'echo ext4', /^VOLUME_NOT_BLANK: /],
    ['no file system can be made', 'mkfs.ext4', 'exit 1', /^MKFS_FAILED: /],
    ['it cannot be mounted', 'mount', 'exit 32', /^MOUNT_FAILED: /],
    [
      'the module is not taken',
      'insmod',
      'echo "Invalid module format" >&2; exit 1',
      /^MODULE_WRONG_KERNEL: /,
    ],
    ['what was written is no dump', 'insmod', 'echo x >"$(cut -d = -f 2 <<<"$2")"', /^DUMP_INVALID: /],
    ['it cannot be unmounted', 'umount', 'exit 32', /^NOT_UNMOUNTED: /],
  ])('because %s does not stay on the suspect', async (_, tool, text, reason) => {
    const world = await scene();
    replace(world, tool, text);
    const result = await world.run(contained(world));
    expect(stepOf(result)?.reason).toMatch(reason);
    expect(world.world.calls.of('ec2:CreateVolume')).toHaveLength(1);
    expectTidy(world);
    expect(stepOf(result)?.status).toBe('failed');
  });

  it('because the instance takes no more volumes leaves none behind', async () => {
    const world = await scene();
    const fault = awsError('AttachmentLimitExceeded', 'Volume attachment limit exceeded.');
    world.world.faults.add({ operation: 'ec2:AttachVolume', fault });
    const result = await world.run(contained(world));
    expect(stepOf(result)?.reason).toMatch(/^AttachmentLimitExceeded: /);
    expectTidy(world);
  });

  it('because it takes too long is given up, by force where the host does not let go', async () => {
    const world = await scene({ machine: { modelledMemoryMiB: 1_000_000 } });
    const result = await world.run(contained(world));
    expect(stepOf(result)?.status).toBe('failed');
    expectTidy(world);
  });
});

describe('a dump onto a volume that the host does not let go of', () => {
  /** EC2 shows it as busy, until it is taken by force. */
  function stuck(world: Scene) {
    const step = toVolume(world);
    const { poll } = step.run;
    let held = false;
    return {
      ...step,
      run: {
        ...step.run,
        poll: async (ctx: unknown, ticket: { readonly stage: string }, facts: unknown) => {
          const [volume] = ours(world);
          if (ticket.stage === 'detaching' && volume?.attachments.length === 0 && !held) {
            held = true;
            volume.state = 'in-use';
            volume.attachments.push({
              instanceId: DEMO.instanceId,
              device: '/dev/sdf',
              state: 'busy',
              attachedAt: world.world.now(),
              deleteOnTermination: false,
            });
          }
          return poll?.(ctx, ticket, facts);
        },
      },
    };
  }

  it('is taken by force, and is evidence all the same', async () => {
    const world = await scene();
    // The engine hands the ticket over that the step's own code has made.
    const step = stuck(world) as ReturnType<typeof toVolume>;
    const result = await world.run(IncidentPipeline.create('memory').use(step));
    expect(result).toMatchObject({ outcome: 'complete', facts: { memoryImage: { volume: {} } } });
    expect(result.said).toContainEqual(expect.stringMatching(/^VOLUME_FORCED_OFF: /));
    expect(world.world.calls.of('ec2:DetachVolume').at(-1)?.input).toMatchObject({ Force: true });
    expect(ours(world)).toMatchObject([{ state: 'available', attachments: [] }]);
  });
});

describe('a dump onto a volume whose driver dies', () => {
  it('right after every call that changes something is finished, and nothing is done twice', async () => {
    const world = await scene();
    const { faults } = world.world;
    // Probe, mount, module, dump, unmount.
    faults.add({ operation: 'ssm:SendCommand', fault: 'crash-after', times: 5 });
    for (const operation of CALLS) faults.add({ operation, fault: 'crash-after' });
    const result = await world.runKilled(IncidentPipeline.create('memory').use(toVolume(world)));
    expect(result).toMatchObject({ outcome: 'complete', kills: CALLS.length + 5 });
    expect(ours(world)).toMatchObject([{ state: 'available' }]);
    expect(commandsOf(world.demo.suspectRegion).size).toBe(5);
    const snapshots = snapshotsOf(world.demo.suspectRegion).all();
    expect(snapshots.filter(({ tags }) => tags.has('ref'))).toHaveLength(1);
    expect(
      world
        .host()
        .dmesg()
        .match(/lime: loading/g),
    ).toHaveLength(1);
    expect(world.openWindows()).toEqual([]);
  });
});

const CALLS = ['Create', 'Attach', 'Detach']
  .map((verb) => `ec2:${verb}Volume`)
  .concat('ec2:CreateSnapshot', 'ec2:LockSnapshot');
