import {
  CreateTagsCommand,
  DeleteTagsCommand,
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  DescribeTagsCommand,
  EC2Client,
  EC2ServiceException,
  ModifyInstanceAttributeCommand,
  ModifyInstanceMetadataOptionsCommand,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { addInstance } from '../../../src/index.js';
import { GROUP, INSTANCE, REGION, SUBNET, SUSPECT_ACCOUNT, scene } from './scene.js';

const instancesIn = async (ec2: EC2Client, input: object = {}) => {
  const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand(input));
  return Reservations.flatMap((one) => one.Instances ?? []);
};

describe('DescribeInstances', () => {
  it('puts few instances on a page, unless it is given their ids', async () => {
    const { ec2, region } = scene({ pageSize: 2 });
    const more = Array.from({ length: 4 }, () =>
      addInstance(region, { interfaces: [{ subnetId: SUBNET, groups: [GROUP] }] }),
    );
    const ids: (string | undefined)[] = [];
    let NextToken: string | undefined;
    do {
      const page = await ec2.send(new DescribeInstancesCommand({ NextToken }));
      ids.push(
        ...(page.Reservations ?? []).flatMap((one) => one.Instances ?? []).map((one) => one.InstanceId),
      );
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    expect(ids).toEqual([INSTANCE, ...more.map((one) => one.id)]);
    expect(await instancesIn(ec2, { InstanceIds: ids })).toHaveLength(5);
  });

  it('applies filters: and between names, or between values, wildcards', async () => {
    const { ec2, region } = scene({ pageSize: 5 });
    addInstance(region, {
      interfaces: [{ subnetId: SUBNET, groups: [GROUP] }],
      tags: { role: 'web' },
      state: 'stopped',
    });
    addInstance(region, { interfaces: [{ subnetId: SUBNET, groups: [GROUP] }], tags: { role: 'worker' } });
    const count = async (...Filters: { Name: string; Values: string[] }[]) =>
      (await instancesIn(ec2, { Filters })).length;
    expect(await count({ Name: 'tag:role', Values: ['w*'] })).toBe(2);
    expect(
      await count(
        { Name: 'tag:role', Values: ['web', 'worker'] },
        { Name: 'instance-state-name', Values: ['running'] },
      ),
    ).toBe(1);
    expect(await count({ Name: 'tag-key', Values: ['nobody'] })).toBe(0);
    await expect(count({ Name: 'instance-stat', Values: ['running'] })).rejects.toMatchObject({
      name: 'InvalidParameterValue',
      message: expect.stringContaining("The filter 'instance-stat' is invalid"),
    });
  });

  it('tells an unknown id from one that is none, and a bad token', async () => {
    const { ec2 } = scene();
    const unknown = instancesIn(ec2, { InstanceIds: ['i-00000000000000001'] });
    await expect(unknown).rejects.toMatchObject({
      name: 'InvalidInstanceID.NotFound',
      message: "The instance ID 'i-00000000000000001' does not exist",
    });
    await expect(instancesIn(ec2, { InstanceIds: ['web'] })).rejects.toMatchObject({
      name: 'InvalidInstanceID.Malformed',
    });
    await expect(instancesIn(ec2, { NextToken: 'x' })).rejects.toMatchObject({ name: 'InvalidNextToken' });
    await expect(instancesIn(ec2, { MaxResults: 10, InstanceIds: [INSTANCE] })).rejects.toMatchObject({
      name: 'InvalidParameterCombination',
    });
  });
});

describe('permissions', () => {
  it("are refused in EC2's own shape", async () => {
    const { world } = scene();
    const credentials = world.account(SUSPECT_ACCOUNT).credentials([]);
    const refused = await instancesIn(new EC2Client({ region: REGION, credentials })).catch(
      (error: unknown) => error,
    );
    expect(refused).toBeInstanceOf(EC2ServiceException);
    expect(refused).toMatchObject({ name: 'UnauthorizedOperation', $metadata: { httpStatusCode: 403 } });
  });

  it('are proved by a dry run, which changes nothing', async () => {
    const { ec2, suspect, world } = scene();
    const dry = { InstanceId: INSTANCE, DisableApiTermination: { Value: true }, DryRun: true };
    await expect(ec2.send(new ModifyInstanceAttributeCommand(dry))).rejects.toMatchObject({
      name: 'DryRunOperation',
      message: 'Request would have succeeded, but DryRun flag is set.',
      $metadata: { httpStatusCode: 412 },
    });
    expect(suspect.disableApiTermination).toBe(false);
    const stranger = new EC2Client({
      region: REGION,
      credentials: world.account(SUSPECT_ACCOUNT).credentials([]),
    });
    await expect(stranger.send(new ModifyInstanceAttributeCommand(dry))).rejects.toMatchObject({
      name: 'UnauthorizedOperation',
    });
  });

  it('may be bound to one instance', async () => {
    const { world } = scene();
    const arn = `arn:aws:ec2:${REGION}:${SUSPECT_ACCOUNT}:instance/${INSTANCE}`;
    const only = {
      Statement: [{ Effect: 'Allow' as const, Action: 'ec2:ModifyInstanceAttribute', Resource: arn }],
    };
    const ec2 = new EC2Client({
      region: REGION,
      credentials: world.account(SUSPECT_ACCOUNT).credentials([only]),
    });
    const change = (InstanceId: string) =>
      ec2.send(new ModifyInstanceAttributeCommand({ InstanceId, DisableApiStop: { Value: true } }));
    await change(INSTANCE);
    await expect(change('i-00000000000000001')).rejects.toMatchObject({ name: 'UnauthorizedOperation' });
  });
});

describe('instance attributes', () => {
  const modify = (ec2: EC2Client, input: object) =>
    ec2.send(new ModifyInstanceAttributeCommand({ InstanceId: INSTANCE, ...input }));
  const attribute = (
    ec2: EC2Client,
    Attribute: 'userData' | 'disableApiTermination' | 'instanceInitiatedShutdownBehavior',
  ) => ec2.send(new DescribeInstanceAttributeCommand({ InstanceId: INSTANCE, Attribute }));

  it('are written and read one at a time', async () => {
    const { ec2 } = scene({}, { userData: Buffer.from('#!/bin/sh').toString('base64') });
    await modify(ec2, { DisableApiTermination: { Value: true } });
    await modify(ec2, { InstanceInitiatedShutdownBehavior: { Value: 'terminate' } });
    expect((await attribute(ec2, 'disableApiTermination')).DisableApiTermination?.Value).toBe(true);
    expect(
      (await attribute(ec2, 'instanceInitiatedShutdownBehavior')).InstanceInitiatedShutdownBehavior?.Value,
    ).toBe('terminate');
    expect((await attribute(ec2, 'userData')).UserData?.Value).toBe('IyEvYmluL3No');
    const two = modify(ec2, { DisableApiTermination: { Value: true }, DisableApiStop: { Value: true } });
    await expect(two).rejects.toMatchObject({ name: 'InvalidParameterCombination' });
  });

  it('keep volumes that would be deleted with the instance', async () => {
    const { ec2 } = scene();
    const keep = (DeviceName: string) => ({
      BlockDeviceMappings: [{ DeviceName, Ebs: { DeleteOnTermination: false } }],
    });
    await modify(ec2, keep('/dev/xvda'));
    const [instance] = await instancesIn(ec2);
    expect(instance?.BlockDeviceMappings).toMatchObject([
      { DeviceName: '/dev/xvda', Ebs: { DeleteOnTermination: false } },
    ]);
    await expect(modify(ec2, keep('/dev/sdz'))).rejects.toMatchObject({
      name: 'InvalidInstanceAttributeValue',
    });
  });

  it('refuse termination protection on Spot, and anything on what a service manages', async () => {
    const spot = scene({}, { lifecycle: 'spot' });
    await expect(modify(spot.ec2, { DisableApiTermination: { Value: true } })).rejects.toMatchObject({
      name: 'UnsupportedOperation',
      message: "Modifying 'disableApiTermination' is not supported for spot instances.",
    });
    const managed = scene({}, { operator: 'eks.amazonaws.com' });
    await expect(modify(managed.ec2, { DisableApiStop: { Value: true } })).rejects.toMatchObject({
      name: 'OperationNotPermitted',
    });
  });

  it('change metadata options that are pending before they are applied', async () => {
    const { ec2, world } = scene();
    const answer = await ec2.send(
      new ModifyInstanceMetadataOptionsCommand({
        InstanceId: INSTANCE,
        HttpTokens: 'required',
        HttpPutResponseHopLimit: 1,
      }),
    );
    expect(answer.InstanceMetadataOptions).toMatchObject({
      State: 'pending',
      HttpTokens: 'required',
      HttpEndpoint: 'enabled',
    });
    await world.clock.advance(5_000);
    expect((await instancesIn(ec2))[0]?.MetadataOptions).toMatchObject({
      State: 'applied',
      HttpTokens: 'required',
    });
  });
});

describe('tags', () => {
  it('are written, found and removed, on all resources or on none', async () => {
    const { ec2 } = scene();
    const Tags = [{ Key: 'cordon:key', Value: 'abc' }];
    const half = ec2.send(new CreateTagsCommand({ Resources: [INSTANCE, 'vol-00000000000000001'], Tags }));
    await expect(half).rejects.toMatchObject({ name: 'InvalidVolume.NotFound' });
    const find = async () =>
      (await ec2.send(new DescribeTagsCommand({ Filters: [{ Name: 'key', Values: ['cordon:*'] }] }))).Tags;
    expect(await find()).toEqual([]);
    await ec2.send(new CreateTagsCommand({ Resources: [INSTANCE, GROUP], Tags }));
    expect(await find()).toMatchObject([
      { ResourceId: INSTANCE, ResourceType: 'instance' },
      { ResourceId: GROUP, ResourceType: 'security-group' },
    ]);
    await ec2.send(
      new DeleteTagsCommand({ Resources: [INSTANCE], Tags: [{ Key: 'cordon:key', Value: 'other' }] }),
    );
    expect(await find()).toHaveLength(2);
    await ec2.send(new DeleteTagsCommand({ Resources: [INSTANCE], Tags: [{ Key: 'cordon:key' }] }));
    expect(await find()).toHaveLength(1);
  });

  it("of AWS's own are neither written nor removed, and fifty are the most", async () => {
    const { ec2, suspect } = scene({}, { tags: { 'aws:autoscaling:groupName': 'shop' } });
    const own = ec2.send(
      new CreateTagsCommand({ Resources: [INSTANCE], Tags: [{ Key: 'aws:x', Value: '' }] }),
    );
    await expect(own).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    await ec2.send(new DeleteTagsCommand({ Resources: [INSTANCE] }));
    expect(suspect.tags.get('aws:autoscaling:groupName')).toBe('shop');
    const many = Array.from({ length: 50 }, (_, i) => ({ Key: `k${i}`, Value: '' }));
    await expect(
      ec2.send(new CreateTagsCommand({ Resources: [INSTANCE], Tags: many })),
    ).rejects.toMatchObject({ name: 'TagLimitExceeded' });
  });
});
