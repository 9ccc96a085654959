import { type Account, StepFailure } from '@cordon/core';
import { awsSessions, ec2, iam, ssm } from '@cordon/core/aws';
import {
  addInstance,
  addParameter,
  addRole,
  addSecurityGroup,
  addSnapshot,
  addSubnet,
  addVolume,
  addVpc,
  createWorld,
  type SimulatedWorld,
  type Tags,
} from '@cordon/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { made, REGION, SECURITY, SUSPECT } from './whole-pipeline.js';

const DENIAL = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}';
const KEY = '0123456789abcdef0123456789abcdef';
const NAME = 'baseline-0123456789ab';
const FOR_EXAMINATION = { 'cordon:incident': 'inc-1', 'cordon:key': KEY, 'cordon:lifetime': 'examination' };
const FOR_CUSTODY = { ...FOR_EXAMINATION, 'cordon:lifetime': 'custody' };
const VPC = 'vpc-0fedcba9876543210';
const SUBNET = 'subnet-0123456789abcdef0';
const IMAGE = 'ami-0f0e5100f0e510001';

let world: SimulatedWorld;
let suspect: Account;
let security: Account;

/** Whoever has exactly the generated policy in that account, and nothing else. */
function holder(id: string, policy: (typeof made)['suspect']): Account {
  const credentials = async () => world.account(id).credentials([policy]);
  const sessions = awsSessions({ clock: world.clock, credentials });
  return sessions.session({ account: id, region: REGION, incidentId: 'inc-policies' });
}

beforeAll(() => {
  world = createWorld({ seed: 'policies' });
  for (const id of [SUSPECT, SECURITY]) {
    const region = world.account(id).region(REGION);
    addVpc(region, { id: VPC, cidr: '10.20.0.0/16' });
    addSubnet(region, { id: SUBNET, vpcId: VPC, cidr: '10.20.3.0/24' });
  }
  addRole(world.account(SUSPECT), { name: 'shop-frontend' });
  addRole(world.account(SUSPECT), { name: 'CordonResponder' });
  suspect = holder(SUSPECT, made.suspect);
  security = holder(SECURITY, made.security);
});

afterAll(() => world.dispose());

async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'ok';
  } catch (error) {
    if (error instanceof StepFailure) return error.code;
    throw error;
  }
}

/** By a dry run: EC2 says what it would have said. */
async function verdict(call: Promise<unknown>): Promise<'allowed' | 'denied'> {
  const code = await codeOf(call);
  if (code === 'DryRunOperation') return 'allowed';
  expect(code).toBe('UnauthorizedOperation');
  return 'denied';
}

const tagList = (tags: Tags) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
const of = (account: string) => world.account(account).region(REGION);
const DryRun = true;

const snapshot = (account: string, tags: Tags) => addSnapshot(of(account), { tags }).id;
const volume = (account: string, tags: Tags) => addVolume(of(account), { tags }).id;
const group = (account: string, tags: Tags) =>
  addSecurityGroup(of(account), { id: world.id('sg'), name: world.id('name'), vpcId: VPC, rules: [], tags })
    .id;
const instance = (account: string, tags: Tags) =>
  addInstance(of(account), { id: world.id('i'), interfaces: [{ subnetId: SUBNET, groups: [] }], tags }).id;

type Case = readonly [what: string, call: (tags: Tags) => Promise<unknown>, ours: Tags, not: Tags];

const inSuspect: readonly Case[] = [
  [
    'deletes an intermediate copy, and no other snapshot, not even the evidence',
    (tags) => suspect.call(ec2.DeleteSnapshot, { SnapshotId: snapshot(SUSPECT, tags), DryRun }),
    { ref: `${KEY}/snap-0123456789abcdef0` },
    { ref: KEY },
  ],
  [
    'locks a snapshot of ours, and no other',
    (tags) =>
      suspect.call(ec2.LockSnapshot, { SnapshotId: snapshot(SUSPECT, tags), LockMode: 'governance', DryRun }),
    { ref: KEY },
    { ref: 'master' },
  ],
  [
    'lets something into a group of ours, and into no other',
    (tags) => suspect.call(ec2.AuthorizeSecurityGroupIngress, { GroupId: group(SUSPECT, tags), DryRun }),
    { ref: NAME },
    { Name: NAME },
  ],
  [
    'deletes a group of ours, and no other',
    (tags) => suspect.call(ec2.DeleteSecurityGroup, { GroupId: group(SUSPECT, tags), DryRun }),
    { ref: NAME },
    {},
  ],
  [
    'makes a group with our tag, and none without',
    (tags) =>
      suspect.call(ec2.CreateSecurityGroup, {
        GroupName: NAME,
        Description: 'Managed network baseline',
        VpcId: VPC,
        TagSpecifications: [{ ResourceType: 'security-group', Tags: tagList(tags) }],
        DryRun,
      }),
    { ref: NAME },
    { owner: 'me' },
  ],
  [
    'takes snapshots with our tag, and none without',
    (tags) =>
      suspect.call(ec2.CreateSnapshots, {
        InstanceSpecification: { InstanceId: instance(SUSPECT, {}) },
        TagSpecifications: [{ ResourceType: 'snapshot', Tags: tagList(tags) }],
        DryRun,
      }),
    { ref: KEY },
    { ref: 'short' },
  ],
];

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

describe('the responder in a suspect account', () => {
  it.each(inSuspect)('%s', async (_, call, ours, not) => {
    expect(await verdict(call(ours))).toBe('allowed');
    expect(await verdict(call(not))).toBe('denied');
  });

  it('shares a snapshot with the security account, and with nobody beside it', async () => {
    const SnapshotId = snapshot(SUSPECT, { ref: KEY });
    const share = (...Add: { UserId?: string; Group?: 'all' }[]) =>
      verdict(
        suspect.call(ec2.ModifySnapshotAttribute, { SnapshotId, CreateVolumePermission: { Add }, DryRun }),
      );
    expect(await share({ UserId: SECURITY })).toBe('allowed');
    expect(await share({ UserId: '666677778888' })).toBe('denied');
    expect(await share({ UserId: SECURITY }, { UserId: '666677778888' })).toBe('denied');
    expect(await share({ UserId: SECURITY }, { Group: 'all' })).toBe('denied');
  });

  it('puts its tag onto nothing that is there already', async () => {
    const stranger = snapshot(SUSPECT, {});
    const Tags = [{ Key: 'ref', Value: `${KEY}/snap-0123456789abcdef0` }];
    expect(await verdict(suspect.call(ec2.CreateTags, { Resources: [stranger], Tags, DryRun }))).toBe(
      'denied',
    );
  });

  it('attaches policies of our own name, and no others', async () => {
    const policyNamed = (name: string) => `arn:aws:iam::${SUSPECT}:policy/${name}`;
    const attach = (name: string) =>
      codeOf(suspect.call(iam.AttachRolePolicy, { RoleName: 'shop-frontend', PolicyArn: policyNamed(name) }));
    expect(await attach('Administrators')).toMatch(/^AccessDenied/);
    // Allowed, and there is none.
    expect(await attach(NAME)).toMatch(/^NoSuchEntity/);
  });

  it('writes into every role but its own', async () => {
    const put = (RoleName: string) =>
      codeOf(suspect.call(iam.PutRolePolicy, { RoleName, PolicyName: NAME, PolicyDocument: DENIAL }));
    expect(await put('CordonResponder')).toMatch(/^AccessDenied/);
    expect(await put('shop-frontend')).toBe('ok');
  });

  it('runs scripts, and no other document of Systems Manager', async () => {
    const InstanceIds = [instance(SUSPECT, {})];
    const run = (DocumentName: string) =>
      codeOf(
        suspect.call(ssm.SendCommand, { InstanceIds, DocumentName, Parameters: { commands: ['true'] } }),
      );
    expect(await run('AWS-RunPowerShellScript')).toMatch(/^AccessDenied/);
    // Allowed, and no agent there.
    expect(await run('AWS-RunShellScript')).toBe('InvalidInstanceId');
  });
});

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
