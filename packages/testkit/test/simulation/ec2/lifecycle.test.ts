import {
  DescribeInstancesCommand,
  DescribeVolumesCommand,
  type EC2Client,
  RunInstancesCommand,
  type RunInstancesCommandInput,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import {
  addImage,
  addInstanceProfile,
  addLaunchTemplate,
  instancesOf,
  onInstanceState,
  volumesOfInstance,
  type WorldOptions,
} from '../../../src/index.js';
import { GROUP, INSTANCE, SECURITY_ACCOUNT, SUBNET, scene } from './scene.js';

const IMAGE = 'ami-0c1d2e3f4a5b6c7d8';

function prepare(options: WorldOptions = {}) {
  const all = scene(options);
  addImage(all.region, { id: IMAGE, rootSizeGiB: 12 });
  const run = async (input: Partial<RunInstancesCommandInput> = {}) => {
    const request = {
      ImageId: IMAGE,
      InstanceType: 'm6i.large',
      MinCount: 1,
      MaxCount: 1,
      SubnetId: SUBNET,
      SecurityGroupIds: [GROUP],
      ...input,
    };
    const { Instances: [instance] = [] } = await all.ec2.send(
      new RunInstancesCommand(request as RunInstancesCommandInput),
    );
    return instance;
  };
  return { ...all, run };
}

const stateOf = async (ec2: EC2Client, id = INSTANCE) => {
  const answer = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
  return answer.Reservations?.[0]?.Instances?.[0]?.State?.Name;
};
const terminate = (ec2: EC2Client, id = INSTANCE) =>
  ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));

describe('RunInstances', () => {
  it('makes a pending instance that runs after a while, with a root volume from the image', async () => {
    const { ec2, run, world } = prepare();
    const instance = await run({
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'a', Value: 'b' }] }],
    });
    expect(instance).toMatchObject({ State: { Name: 'pending', Code: 0 }, Tags: [{ Key: 'a', Value: 'b' }] });
    await world.clock.advance(15_000);
    expect(await stateOf(ec2, instance?.InstanceId)).toBe('running');
    const Filters = [{ Name: 'attachment.instance-id', Values: [instance?.InstanceId ?? ''] }];
    const { Volumes } = await ec2.send(new DescribeVolumesCommand({ Filters }));
    expect(Volumes).toMatchObject([
      { Size: 12, Attachments: [{ Device: '/dev/xvda', DeleteOnTermination: true }] },
    ]);
  });

  it('protects it from the start when it is told so', async () => {
    const { ec2, run, world } = prepare();
    const { InstanceId = '' } = (await run({ DisableApiStop: true })) ?? {};
    await world.clock.advance(15_000);
    await expect(ec2.send(new StopInstancesCommand({ InstanceIds: [InstanceId] }))).rejects.toMatchObject({
      name: 'OperationNotPermitted',
    });
  });

  it('answers the same instance under the same token, also when it has died', async () => {
    const { ec2, run, world } = prepare();
    const first = await run({ ClientToken: 'token-1' });
    expect((await run({ ClientToken: 'token-1' }))?.InstanceId).toBe(first?.InstanceId);
    await expect(run({ ClientToken: 'token-1', InstanceType: 'm5.large' })).rejects.toMatchObject({
      name: 'IdempotentParameterMismatch',
    });
    await terminate(ec2, first?.InstanceId);
    await world.clock.advance(60_000);
    expect(await run({ ClientToken: 'token-1' })).toMatchObject({
      InstanceId: first?.InstanceId,
      State: { Name: 'terminated' },
    });
    expect((await run({ ClientToken: 'token-2' }))?.InstanceId).not.toBe(first?.InstanceId);
  });

  it('keeps its token while its answer is lost, so that no second one is made', async () => {
    const { run, world, region } = prepare();
    world.faults.add({ operation: 'ec2:RunInstances', fault: 'lost-answer' });
    await expect(run({ ClientToken: 'token-1' })).rejects.toMatchObject({ name: 'TimeoutError' });
    const again = await run({ ClientToken: 'token-1' });
    expect(
      instancesOf(region)
        .all()
        .map((one) => one.id),
    ).toEqual([INSTANCE, again?.InstanceId]);
  });

  it('cannot be seen at once', async () => {
    const { ec2, run, world } = prepare({ visibilityLagSeconds: 60, seed: 2 });
    const instance = await run();
    await expect(stateOf(ec2, instance?.InstanceId)).rejects.toMatchObject({
      name: 'InvalidInstanceID.NotFound',
    });
    await world.clock.advance(60_000);
    expect(await stateOf(ec2, instance?.InstanceId)).toBe('running');
  });

  it('refuses unknown images, other architectures, bad user data and places named twice', async () => {
    const { run, region, world } = prepare();
    addImage(region, { id: 'ami-0aaaaaaaaaaaaaaa1', architecture: 'arm64' });
    addImage(world.account(SECURITY_ACCOUNT).region('eu-west-1'), { id: 'ami-0aaaaaaaaaaaaaaa2' });
    await expect(run({ ImageId: 'ami-0aaaaaaaaaaaaaaa2' })).rejects.toMatchObject({
      name: 'InvalidAMIID.NotFound',
    });
    await expect(run({ ImageId: 'ami-0aaaaaaaaaaaaaaa1' })).rejects.toThrow(
      'does not match the architecture',
    );
    await expect(run({ UserData: '#!/bin/sh' })).rejects.toMatchObject({
      message: 'Invalid BASE64 encoding of user data.',
    });
    const NetworkInterfaces = [{ DeviceIndex: 0, SubnetId: SUBNET }];
    await expect(run({ NetworkInterfaces })).rejects.toMatchObject({ name: 'InvalidParameterCombination' });
  });

  it('does not know a profile that IAM has not spread', async () => {
    const { run, world } = prepare();
    addInstanceProfile(world.account('111122223333'), { name: 'fresh', fresh: 'fresh' });
    const launch = () => run({ IamInstanceProfile: { Name: 'fresh' } });
    await expect(launch()).rejects.toMatchObject({
      name: 'InvalidParameterValue',
      message: expect.stringContaining('Invalid IAM Instance Profile name'),
    });
    await world.clock.advance(10_000);
    expect((await launch())?.IamInstanceProfile?.Arn).toBe(
      'arn:aws:iam::111122223333:instance-profile/fresh',
    );
  });

  it('takes what it is not told from a launch template', async () => {
    const { run, region } = prepare();
    addLaunchTemplate(region, {
      name: 'forensic',
      versions: [{ InstanceType: 'm5.large' }, { InstanceType: 'r6i.large' }],
    });
    const launched = await run({
      InstanceType: undefined,
      LaunchTemplate: { LaunchTemplateName: 'forensic', Version: '1' },
    });
    expect(launched?.InstanceType).toBe('m5.large');
    await expect(
      run({ LaunchTemplate: { LaunchTemplateName: 'forensic', Version: '3' } }),
    ).rejects.toMatchObject({ name: 'InvalidLaunchTemplateId.VersionNotFound' });
  });
});

describe('the end of an instance', () => {
  it('is refused while it is protected', async () => {
    const { ec2, suspect } = prepare();
    suspect.disableApiTermination = true;
    await expect(terminate(ec2)).rejects.toThrow("Modify its 'disableApiTermination' instance attribute");
    suspect.disableApiTermination = false;
    suspect.disableApiStop = true;
    await expect(terminate(ec2)).rejects.toThrow("may not be terminated. Modify its 'disableApiStop'");
  });

  it('takes its volumes and interfaces along, as they were told', async () => {
    const { ec2, world } = prepare();
    await terminate(ec2);
    expect(await stateOf(ec2)).toBe('shutting-down');
    await world.clock.advance(40_000);
    expect(await stateOf(ec2)).toBe('terminated');
    expect((await ec2.send(new DescribeVolumesCommand({}))).Volumes).toEqual([]);
    await world.clock.advance(3_600_000);
    await expect(stateOf(ec2)).rejects.toMatchObject({ name: 'InvalidInstanceID.NotFound' });
  });

  it('leaves the volume that was told to stay', async () => {
    const { ec2, world, region } = prepare();
    const [volume] = volumesOfInstance(region, INSTANCE);
    for (const attachment of volume?.attachments ?? []) attachment.deleteOnTermination = false;
    await terminate(ec2);
    await world.clock.advance(40_000);
    expect((await ec2.send(new DescribeVolumesCommand({}))).Volumes).toMatchObject([
      { VolumeId: volume?.id, State: 'available' },
    ]);
  });

  it('is told to whoever listens', async () => {
    const { ec2, world } = prepare();
    const heard: string[] = [];
    onInstanceState(world, (instance, state) => heard.push(`${instance.id} ${state}`));
    await terminate(ec2);
    await world.clock.advance(40_000);
    world.settle();
    expect(heard).toEqual([`${INSTANCE} shutting-down`, `${INSTANCE} terminated`]);
  });
});

describe('StopInstances', () => {
  it('is quick without the shutdown of the system', async () => {
    const { ec2, world } = prepare();
    await ec2.send(new StopInstancesCommand({ InstanceIds: [INSTANCE], SkipOsShutdown: true }));
    expect(await stateOf(ec2)).toBe('stopping');
    await world.clock.advance(10_000);
    expect(await stateOf(ec2)).toBe('stopped');
  });

  it('is refused for protected instances and one-time Spot', async () => {
    const { ec2, suspect } = prepare();
    suspect.disableApiStop = true;
    const stop = (client: EC2Client) => client.send(new StopInstancesCommand({ InstanceIds: [INSTANCE] }));
    await expect(stop(ec2)).rejects.toMatchObject({ name: 'OperationNotPermitted' });
    await expect(stop(scene({}, { lifecycle: 'spot' }).ec2)).rejects.toMatchObject({
      name: 'UnsupportedOperation',
    });
  });
});
