import { ec2, iam, ssm } from '@cordon/core/aws';
import { afterAll, describe, expect, it } from 'vitest';
import { type Case, codeOf, DryRun, KEY, NAME, policyWorld, tagList, VPC, verdict } from './policy-world.js';
import { SECURITY, SUSPECT } from './whole-pipeline.js';

const DENIAL = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}';

const { world, suspect, snapshot, group, instance } = policyWorld();
afterAll(() => world.dispose());

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
