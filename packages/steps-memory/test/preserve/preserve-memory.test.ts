import { appendFileSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LimeWalker } from '@cordon/analysis';
import { type Artifact, definePolledStep, defineStep, IncidentPipeline } from '@cordon/core';
import { ec2, ssm } from '@cordon/core/aws';
import { cleanup, forensicInstance, inspect, memoryImage } from '@cordon/core/steps';
import { diskSnapshots, forensicAttach, shareSnapshots } from '@cordon/steps-disk';
import { addKey, commandsOf, DEMO, instancesOf, runningHost, snapshotsOf, volumesOf } from '@cordon/testkit';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { limeDump, memoryAnalysis, preserveMemory } from '../../src/index.js';
import { type Scene, scene } from '../world/scene.js';

const sharedKey = ({ demo }: Scene) =>
  addKey(demo.suspectRegion, { sharedWith: [demo.securityRegion.account.id] }).arn;

function taken(world: Scene, volumeKeyArn = sharedKey(world)) {
  const { subnetId, groupId, instanceProfileName } = world.demo.security;
  const forensic = {
    subnetId,
    securityGroupIds: [groupId],
    instanceProfileName,
    image: { ssmParameter: DEMO.forensicImageParameter },
  };
  return IncidentPipeline.create('memory')
    .use(inspect())
    .use(diskSnapshots())
    .use(limeDump({ modules: world.modules, volumeKeyArn }))
    .use(shareSnapshots())
    .use(forensicAttach(forensic));
}

/** A forensic instance and nothing on it: the disks of the suspect take longer than all of the dump. */
const bareForensic = ({ demo }: Scene) =>
  definePolledStep({
    id: 'test.forensic',
    title: 'Starts a forensic instance',
    phase: 'examine',
    provides: [forensicInstance],
    actions: { security: ['ec2:RunInstances', 'ssm:DescribeInstanceInformation'] },
    ticket: v.object({ instanceId: v.string() }),
    async start(ctx) {
      const { subnetId, groupId, instanceProfileName, imageId } = demo.security;
      const { Instances } = await ctx.securityAccount.call(ec2.RunInstances, {
        ImageId: imageId,
        InstanceType: 'm7i.large',
        MinCount: 1,
        MaxCount: 1,
        ClientToken: ctx.key,
        IamInstanceProfile: { Name: instanceProfileName },
        NetworkInterfaces: [{ DeviceIndex: 0, SubnetId: subnetId, Groups: [groupId] }],
      });
      return ctx.waiting({ instanceId: Instances?.[0]?.InstanceId ?? '' }, { seconds: 60 });
    },
    async poll(ctx, { instanceId }) {
      const { InstanceInformationList: seen = [] } = await ctx.securityAccount.call(
        ssm.DescribeInstanceInformation,
        { Filters: [{ Key: 'InstanceIds', Values: [instanceId] }] },
      );
      if (seen[0]?.PingStatus !== 'Online') return ctx.waiting({ instanceId }, { seconds: 30 });
      const { imageId } = demo.security;
      return ctx.done({ forensicInstance: { instanceId, imageId, volumes: [] } });
    },
  });

const takenBare = (world: Scene, volumeKeyArn = sharedKey(world)) =>
  IncidentPipeline.create('memory')
    .use(limeDump({ modules: world.modules, volumeKeyArn }))
    .use(bareForensic(world));

const preserved = (world: Scene) => taken(world).use(preserveMemory({ stagingBucket: world.stagingBucket }));

type Result = Awaited<ReturnType<Scene['run']>>;
const stepOf = (result: Result) => result.steps.find(({ id }) => id === 'memory.preserve');
const artifactOf = ({ facts }: Result) =>
  (facts['preservedMemory'] as unknown as { readonly artifact: Artifact }).artifact; // its schema is this

/** Does something to the snapshot of the dump before anybody reads it. */
const meddle = (world: Scene, change: (folder: string) => void) =>
  defineStep({
    id: 'test.meddle',
    title: 'Is the intruder',
    phase: 'examine',
    needs: [memoryImage],
    provides: [],
    async start(ctx) {
      const dump = snapshotsOf(world.demo.suspectRegion)
        .all()
        .flatMap(({ content }) => (isDump(content) ? [content.whole.folder] : []))[0];
      if (dump === undefined) throw new Error('there is no dump to meddle with');
      change(dump);
      return ctx.done({});
    },
  });

function isDump(content: unknown): content is { readonly whole: { readonly folder: string } } {
  const whole: unknown = typeof content === 'object' && content !== null && Reflect.get(content, 'whole');
  const folder: unknown = typeof whole === 'object' && whole !== null && Reflect.get(whole, 'folder');
  return typeof folder === 'string' && readdirSync(folder).includes('mem.lime');
}

describe('preserving a dump from its volume', () => {
  it('reads it on the forensic instance and keeps the very bytes that were dumped', async () => {
    const world = await scene();
    const result = await world.run(preserved(world).use(memoryAnalysis()));
    expect(result.outcome).toBe('complete');
    const artifact = artifactOf(result);
    expect(artifact).toMatchObject({ path: 'memory/mem.lime', uri: expect.stringMatching(/^s3:/) });
    const walker = new LimeWalker();
    walker.push(await world.read(artifact));
    expect(walker.end()).toBeUndefined();
    expect(result.facts).toMatchObject({ memoryImage: { ranges: walker.ranges }, memoryAnalysis: {} });
  });

  it('writes nothing to the volume, and leaves none of them behind', async () => {
    const world = await scene();
    const result = await world.run(preserved(world).use(cleanup()));
    expect(result.outcome).toBe('complete');
    const ours = volumesOf(world.demo.suspectRegion).all();
    expect(ours.filter(({ tags }) => tags.has('ref'))).toEqual([]);
    const left = volumesOf(world.demo.securityRegion).all();
    expect(left.filter(({ tags }) => tags.has('cordon:incident'))).toEqual([]);
    const [instance] = instancesOf(world.demo.securityRegion).all();
    const host = runningHost(world.demo.securityRegion, instance?.id ?? '');
    expect(host?.writtenDevices() ?? []).toEqual([]);
  });

  it.each([
    ['is another than was told of', (file: string) => flip(file), /^DIGEST_MISMATCH: /],
    ['was cut', (file: string) => truncateSync(file, 1000), /^DUMP_SHORT: /],
    ['was made longer', (file: string) => appendFileSync(file, 'x'), /^DUMP_INVALID: /],
  ])('refuses a dump that %s', async (_, change, reason) => {
    const world = await scene();
    const pipeline = takenBare(world)
      .use(
        meddle(world, (folder) => change(join(folder, 'mem.lime'))),
        { after: ['test.forensic'] },
      )
      .use(preserveMemory({ stagingBucket: world.stagingBucket }), { after: ['test.meddle'] });
    const result = await world.run(pipeline);
    expect(stepOf(result)?.reason).toMatch(reason);
    expect(world.world.calls.of('s3:CompleteMultipartUpload')).toEqual([]);
    const begun = world.world.calls.of('s3:CreateMultipartUpload').length;
    expect(world.world.calls.of('s3:AbortMultipartUpload')).toHaveLength(begun);
  });

  it('fails by name where no forensic instance reads it, and says where the dump is', async () => {
    const world = await scene();
    const pipeline = IncidentPipeline.create('memory')
      .use(limeDump({ modules: world.modules, volumeKeyArn: sharedKey(world) }))
      .use(preserveMemory({ stagingBucket: world.stagingBucket }))
      .use(memoryAnalysis());
    const result = await world.run(pipeline);
    expect(stepOf(result)?.reason).toMatch(/^NO_FORENSIC_INSTANCE: .* snap-/);
    expect(result.steps.find(({ id }) => id === 'memory.analyse')?.reason).toMatch(/^IMAGE_NOT_PRESERVED: /);
  });

  it('fails by name where the key of the volume is not shared', async () => {
    const world = await scene();
    const own = addKey(world.demo.suspectRegion, {}).arn;
    const pipeline = takenBare(world, own).use(preserveMemory({ stagingBucket: world.stagingBucket }));
    const { status, reason } = stepOf(await world.run(pipeline)) ?? {};
    expect(status).toBe('failed');
    expect(reason).toMatch(/VOLUME_FAILED|Key/);
  });

  it('hands a dump on that was uploaded by the suspect', async () => {
    const world = await scene();
    const { stagingBucket, modules } = world;
    const pipeline = IncidentPipeline.create('memory')
      .use(limeDump({ destination: 'upload', stagingBucket, modules }))
      .use(preserveMemory({ stagingBucket }));
    const result = await world.run(pipeline);
    expect(result.facts).toMatchObject({
      preservedMemory: {
        artifact: (result.facts['memoryImage'] as unknown as { artifact: object }).artifact,
      },
    });
  });

  it('is finished, and nothing is done twice, though the driver dies right after every call that changes something', async () => {
    const world = await scene();
    const step = preserveMemory({ stagingBucket: world.stagingBucket });
    const { start } = step.run;
    let armed = false;
    const arm = () => {
      if (armed) return;
      armed = true;
      for (const operation of CALLS) world.world.faults.add({ operation, fault: 'crash-after' });
      // The verification, the hash, one sheet.
      world.world.faults.add({ operation: 'ssm:SendCommand', fault: 'crash-after', times: 3 });
    };
    const arming = {
      ...step,
      run: {
        ...step.run,
        start: (ctx: unknown, facts: unknown) => {
          arm();
          return start(ctx, facts);
        },
      },
    };
    const result = await world.runKilled(takenBare(world).use(arming as typeof step));
    expect(result).toMatchObject({ outcome: 'complete', kills: CALLS.length + 3 });
    const volumes = volumesOf(world.demo.securityRegion).all();
    expect(volumes.filter(({ tags }) => tags.has('cordon:key'))).toHaveLength(1);
    expect(world.world.calls.of('s3:CreateMultipartUpload')).toHaveLength(1);
    // The verification, the hash, one sheet.
    expect(commandsOf(world.demo.securityRegion).size).toBe(3);
  });
});

const CALLS = [
  ...['ec2:ModifySnapshotAttribute', 'ec2:DeleteVolume', 'ec2:CreateVolume', 'ec2:AttachVolume'],
  ...['s3:CreateMultipartUpload', 's3:CompleteMultipartUpload'],
];

function flip(file: string): void {
  const bytes = readFileSync(file);
  bytes.writeUInt8((bytes.at(-1) ?? 0) ^ 1, bytes.length - 1);
  writeFileSync(file, bytes);
}
