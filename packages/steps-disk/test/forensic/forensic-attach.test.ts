import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { IncidentPipeline } from '@cordon/core';
import { cleanup, inspect } from '@cordon/core/steps';
import {
  addImage,
  addParameter,
  addSubnet,
  awsError,
  BootDisk,
  DEMO,
  imagesOf,
  instancesOf,
  interfacesOfInstance,
  runningHost,
  terminate,
  volumesOf,
} from '@cordon/testkit';
import { describe, expect, it } from 'vitest';
import {
  collectFiles,
  diskAnalysis,
  diskSnapshots,
  type ForensicOptions,
  forensicAttach,
  preserveFiles,
  shareSnapshots,
} from '../../src/index.js';
import { type Scene, scene } from '../world/scene.js';

const attached = (world: Scene, options: Partial<ForensicOptions> = {}) =>
  IncidentPipeline.create('disk')
    .use(inspect())
    .use(diskSnapshots())
    .use(shareSnapshots())
    .use(forensicAttach({ ...world.forensic, ...options }));

const instances = (world: Scene) => instancesOf(world.security).all();
const evidenceVolumes = (world: Scene) =>
  volumesOf(world.security)
    .all()
    .filter(({ tags }) => tags.has('cordon:source-volume'));

interface Mounted {
  readonly instanceId: string;
  readonly volumes: readonly {
    readonly sourceVolumeId: string;
    readonly mounts: readonly { readonly path: string }[];
    readonly notMounted: readonly { readonly reason: string }[];
  }[];
}
const factOf = ({ facts }: Awaited<ReturnType<Scene['run']>>) =>
  facts['forensicInstance'] as never as Mounted; // its schema is this

describe('the forensic instance', () => {
  it('is the incident’s own: no public address, no old metadata, nothing but the groups it was given', async () => {
    const world = await scene();
    // One that gives public addresses away, as subnets do that nobody has looked at.
    const { id: subnetId } = addSubnet(world.security, {
      vpcId: world.demo.security.vpcId,
      cidr: '10.99.9.0/24',
      mapPublicIp: true,
    });
    const result = await world.run(attached(world, { subnetId }));
    expect(result).toMatchObject({ outcome: 'complete', said: [] });
    const [instance, ...others] = instances(world);
    expect(others).toEqual([]);
    expect(instance).toMatchObject({
      imageId: world.demo.security.imageId,
      state: 'running',
      metadata: { httpTokens: 'required', httpPutResponseHopLimit: 1 },
    });
    expect(Object.fromEntries(instance?.tags ?? [])).toMatchObject({
      'cordon:incident': result.incidentId,
      'cordon:lifetime': 'examination',
    });
    const [one] = interfacesOfInstance(world.security, factOf(result).instanceId);
    expect(one).toMatchObject({ groups: world.forensic.securityGroupIds, public: undefined });
  });

  it('has every file system of the evidence mounted, and no device was written to', async () => {
    const world = await scene();
    const fact = factOf(await world.run(attached(world)));
    expect(fact.volumes.map(({ sourceVolumeId }) => sourceVolumeId).toSorted()).toEqual(
      [DEMO.rootVolumeId, DEMO.dataVolumeId].toSorted(),
    );
    for (const { mounts, notMounted } of fact.volumes) {
      expect(mounts.length).toBeGreaterThan(0);
      // The partition of the boot loader holds no file system.
      for (const { reason } of notMounted) expect(reason).toBe('no file system that is known here');
    }
    expect(runningHost(world.security, fact.instanceId)?.writtenDevices()).toEqual([]);
  });

  it('is named where its image does not keep its hands off disks, and so is what it could have written to', async () => {
    const world = await scene();
    const content = imagesOf(world.security).peek(world.demo.security.imageId)?.content;
    if (!(content instanceof BootDisk)) throw new Error('the forensic image boots');
    const { blueprint } = content;
    const careless = {
      ...blueprint,
      plant(root: string) {
        blueprint.plant(root);
        rmSync(join(root, 'etc/udev/rules.d/01-evidence.rules'));
      },
    };
    const { id } = addImage(world.security, { content: new BootDisk(world.security, careless) });
    const result = await world.run(attached(world, { image: { amiId: id } }));
    expect(result.outcome).toBe('incomplete');
    expect(result.said).toEqual([
      `FORENSIC_IMAGE_NOT_PREPARED: ${id} may write to evidence: no rule of udev sets a disk read-only when it comes`,
      expect.stringMatching(/^EVIDENCE_WAS_WRITABLE: vol-/),
      expect.stringMatching(/^EVIDENCE_WAS_WRITABLE: vol-/),
    ]);
    expect(factOf(result).volumes.every(({ mounts }) => mounts.length > 0)).toBe(true);
  });

  it.each([
    ['ec2:RunInstances', 'lost-answer'],
    ['ec2:RunInstances', 'timeout'],
    ['ec2:CreateVolume', 'lost-answer'],
    ['ec2:AttachVolume', 'lost-answer'],
    ['ssm:SendCommand', 'lost-answer'],
  ] as const)('is made once after a %s with a %s', async (operation, fault) => {
    const world = await scene();
    world.world.faults.add({ operation, fault });
    expect(await world.run(attached(world))).toMatchObject({ outcome: 'complete' });
    expect(instances(world)).toHaveLength(1);
    expect(evidenceVolumes(world)).toHaveLength(2);
  });

  it('goes on without a volume that it will never take, and names it', async () => {
    const world = await scene();
    const fault = awsError('OptInRequired', 'you are not subscribed to this product');
    world.world.faults.add({ operation: 'ec2:AttachVolume', fault });
    const result = await world.run(attached(world));
    expect(result.outcome).toBe('incomplete');
    expect(result.said).toEqual([expect.stringMatching(/^VOLUME_NOT_EXAMINED: vol-.* OptInRequired/)]);
    expect(factOf(result).volumes).toHaveLength(1);
  });

  it('is started by image id too', async () => {
    const world = await scene();
    const image = { amiId: world.demo.security.imageId };
    expect(await world.run(attached(world, { image }))).toMatchObject({ outcome: 'complete' });
  });

  it('fails by name where the parameter holds no image', async () => {
    const world = await scene();
    addParameter(world.security, { name: '/other', value: 'nothing' });
    const result = await world.run(attached(world, { image: { ssmParameter: '/other' } }));
    expect(result.steps.find(({ id }) => id === 'disk.attach')).toMatchObject({
      reason: expect.stringMatching(/^NO_FORENSIC_IMAGE: /),
    });
  });

  it('starts anew when it dies while it boots', async () => {
    const world = await scene();
    const step = forensicAttach(world.forensic);
    const { poll } = step.run;
    let killed = false;
    const dying = {
      ...step,
      run: {
        ...step.run,
        poll(ctx: unknown, ticket: unknown, facts: unknown) {
          const [first] = instances(world);
          if (!killed && first !== undefined) {
            killed = true;
            terminate(first, { code: 'Client.UserInitiatedShutdown', message: 'somebody did' });
          }
          return poll?.(ctx, ticket, facts) ?? Promise.reject(new Error('no poll'));
        },
      },
    };
    const pipeline = IncidentPipeline.create('disk')
      .use(inspect())
      .use(diskSnapshots())
      .use(shareSnapshots())
      .use(dying);
    expect(await world.run(pipeline)).toMatchObject({ outcome: 'complete' });
    expect(instances(world).filter(({ state }) => state === 'running')).toHaveLength(1);
  });

  it('is read, told of and destroyed: archives in the store, nothing of the examination left', async () => {
    const world = await scene();
    const { stagingBucket } = world;
    const pipeline = attached(world)
      .use(collectFiles())
      .use(preserveFiles({ stagingBucket }))
      .use(diskAnalysis())
      .use(cleanup());
    const result = await world.run(pipeline);
    expect(result.outcome).toBe('complete');
    const artifacts = result.entries.flatMap((entry) => (entry.kind === 'artifact' ? [entry.body.path] : []));
    expect(artifacts.filter((path) => path.endsWith('.tar.gz'))).toHaveLength(2);
    expect(instances(world).filter(({ state }) => state === 'running')).toEqual([]);
    const left = evidenceVolumes(world).filter(({ state }) => state !== 'deleted' && state !== 'deleting');
    expect(left).toEqual([]);
  });
});
