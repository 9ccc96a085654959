import { ec2, ssm } from '@cordon/core/aws';
import { addParameter, type Tags } from '@cordon/testkit';
import { afterAll, describe, expect, it } from 'vitest';
import { type Case, codeOf, DryRun, KEY, policyWorld, SUBNET, tagList, verdict } from './policy-world.js';
import { REGION, SECURITY, SUSPECT } from './whole-pipeline.js';

const FOR_EXAMINATION = { 'cordon:incident': 'inc-1', 'cordon:key': KEY, 'cordon:lifetime': 'examination' };
const FOR_CUSTODY = { ...FOR_EXAMINATION, 'cordon:lifetime': 'custody' };
const IMAGE = 'ami-0f0e5100f0e510001';

const { world, of, security, snapshot, volume, group, instance } = policyWorld();
afterAll(() => world.dispose());

const inSecurity: readonly Case[] = [
  [
    'ends an instance of the examination, and no other',
    (tags) => security.call(ec2.TerminateInstances, { InstanceIds: [instance(SECURITY, tags)], DryRun }),
    FOR_EXAMINATION,
    { Name: 'mail' },
  ],
  [
    'deletes a volume of the examination, and no other',
    (tags) => security.call(ec2.DeleteVolume, { VolumeId: volume(SECURITY, tags), DryRun }),
    FOR_EXAMINATION,
    {},
  ],
  [
    'deletes no snapshot that is kept in custody',
    (tags) => security.call(ec2.DeleteSnapshot, { SnapshotId: snapshot(SECURITY, tags), DryRun }),
    FOR_EXAMINATION,
    FOR_CUSTODY,
  ],
  [
    'locks what is kept in custody, and nothing else',
    (tags) =>
      security.call(ec2.LockSnapshot, {
        SnapshotId: snapshot(SECURITY, tags),
        LockMode: 'governance',
        DryRun,
      }),
    FOR_CUSTODY,
    {},
  ],
  [
    'makes a volume with an incident’s tags, and none without',
    (tags) =>
      security.call(ec2.CreateVolume, {
        AvailabilityZone: 'eu-west-1a',
        SnapshotId: snapshot(SECURITY, {}),
        TagSpecifications: [{ ResourceType: 'volume', Tags: tagList(tags) }],
        DryRun,
      }),
    FOR_EXAMINATION,
    { 'cordon:lifetime': 'examination' },
  ],
  [
    'copies a snapshot with an incident’s tags, and none without',
    (tags) =>
      security.call(ec2.CopySnapshot, {
        SourceRegion: REGION,
        SourceSnapshotId: snapshot(SUSPECT, {}),
        TagSpecifications: [{ ResourceType: 'snapshot', Tags: tagList(tags) }],
        DryRun,
      }),
    FOR_CUSTODY,
    { Name: 'copy' },
  ],
];

describe('the role in the security account', () => {
  it.each(inSecurity)('%s', async (_, call, ours, not) => {
    expect(await verdict(call(ours))).toBe('allowed');
    expect(await verdict(call(not))).toBe('denied');
  });

  it('starts instances that wear tags, a group and metadata options as forensic ones do, and no others', async () => {
    const own = group(SECURITY, FOR_EXAMINATION);
    const launch = (change: object = {}, tags: Tags = FOR_EXAMINATION) =>
      verdict(
        security.call(ec2.RunInstances, {
          ImageId: IMAGE,
          MinCount: 1,
          MaxCount: 1,
          NetworkInterfaces: [{ DeviceIndex: 0, SubnetId: SUBNET, Groups: [own] }],
          MetadataOptions: { HttpTokens: 'required' },
          TagSpecifications: (['instance', 'volume'] as const).map((ResourceType) => ({
            ResourceType,
            Tags: tagList(tags),
          })),
          DryRun,
          ...change,
        }),
      );
    expect(await launch()).toBe('allowed');
    expect(await launch({}, { Name: 'miner' })).toBe('denied');
    expect(await launch({ MetadataOptions: { HttpTokens: 'optional' } })).toBe('denied');
    expect(await launch({ KeyName: 'mine', ...other(group(SECURITY, {})) })).toBe('denied');
  });

  it('commands hosts of the examination, and no others', async () => {
    const run = (tags: Tags) =>
      codeOf(
        security.call(ssm.SendCommand, {
          InstanceIds: [instance(SECURITY, tags)],
          DocumentName: 'AWS-RunShellScript',
          Parameters: { commands: ['true'] },
        }),
      );
    expect(await run({ Name: 'mail' })).toMatch(/^AccessDenied/);
    expect(await run(FOR_EXAMINATION)).toBe('InvalidInstanceId');
  });

  it('reads the parameters that it was told of, and no others', async () => {
    for (const name of ['/cordon/image', '/shop/password'])
      addParameter(of(SECURITY), { name, value: IMAGE });
    const read = (Name: string) => codeOf(security.call(ssm.GetParameter, { Name }));
    expect(await read('/cordon/image')).toBe('ok');
    expect(await read('/shop/password')).toMatch(/^AccessDenied/);
  });
});

function other(groupId: string) {
  return { NetworkInterfaces: [{ DeviceIndex: 0, SubnetId: SUBNET, Groups: [groupId] }] };
}
